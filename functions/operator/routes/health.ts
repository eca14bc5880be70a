import { route } from '../route.ts'

export const healthRoutes = [
  route({
    method: 'GET',
    path: '/v1/health',
    operationId: 'getHealth',
    summary: 'Whether the eIM answers, database included',
    tag: 'Service',
    access: 'none',
    success: { status: 200, description: 'All is up' },
    examples: [{ summary: 'Ask' }],
    async handle({ environment }) {
      await environment.FLEET.prepare('SELECT 1').first()
      return { json: { status: 'ok' } }
    },
  }),
]

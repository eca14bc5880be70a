import { readEvents, shown } from '../../events/index.ts'
import { type Route, route } from '../route.ts'
import { EventsQuery } from '../webhook-schemas.ts'

export const eventRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/events',
    operationId: 'listEvents',
    summary: 'What happened, oldest first, from any point of the last thirty days',
    description:
      'Keep `nextCursor` and give it as `after`: no event is ever inserted before it. The same events are told live over the WebSocket `/v1/events/stream?types=…&subject=…`, and by webhooks.',
    tag: 'Events',
    access: 'events:read',
    query: EventsQuery,
    success: { status: 200, description: 'Events, oldest first' },
    examples: [
      { summary: 'From the beginning', query: {} },
      { summary: 'The latest', query: { order: 'newest', limit: '50' } },
      { summary: 'What became of operations', query: { type: 'operation.*', after: '0' } },
    ],
    async handle({ environment, tenant, query: { limit, after = '0', order, before, type, subject } }) {
      const isNewest = order === 'newest'
      const query = {
        after: Number(after),
        before: isNewest ? Number(before ?? Number.MAX_SAFE_INTEGER) : undefined,
        limit,
        type,
        subject,
      }
      const events = (await readEvents(environment.FLEET, tenant, query)).map(shown)
      const next = String(events.at(-1)?.position ?? after)
      return { json: { data: events, nextCursor: isNewest && events.length < limit ? null : next } }
    },
  }),
]

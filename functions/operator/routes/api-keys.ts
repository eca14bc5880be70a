import { feedOf } from '../../events/index.ts'
import { createApiKey, deleteApiKey, findApiKey, listApiKeys, ROLES } from '../access.ts'
import { page } from '../page.ts'
import { notFound, Problem } from '../problem.ts'
import { route } from '../route.ts'
import { NewApiKey, PageQuery } from '../schemas.ts'
import { invalidMember } from '../validation.ts'

export const apiKeyRoutes = [
  route({
    method: 'POST',
    path: '/v1/api-keys',
    operationId: 'createApiKey',
    summary: 'Make an API key',
    description:
      'Give `scopes` or a `role`. The key is shown this once; only its hash is kept. A key can give no more than it has.',
    tag: 'API keys',
    access: 'keys:write',
    body: NewApiKey,
    idempotent: true,
    showsSecret: true,
    success: { status: 201, description: 'The key with its secret' },
    examples: [
      { summary: 'For a dashboard', body: { name: 'dashboard', role: 'viewer' } },
      {
        summary: 'For one job',
        body: { name: 'switcher', scopes: ['operations:write'], expiresAt: '2099-01-01T00:00:00Z' },
      },
    ],
    async handle({ environment, tenant, key, body, now }) {
      const scopes = body.scopes ?? (body.role && ROLES[body.role])
      if (!scopes || (body.scopes && body.role))
        throw invalidMember('/scopes', 'give either scopes or a role')
      const beyond = scopes.find((scope) => !key?.scopes.includes(scope))
      if (beyond) throw new Problem('insufficient-scope', `your own key has not the scope ${beyond}`)
      const expiresAt = body.expiresAt === undefined ? null : Date.parse(body.expiresAt)
      if (expiresAt !== null && expiresAt <= now) throw invalidMember('/expiresAt', 'has passed')
      const made = await createApiKey(environment.FLEET, tenant, { name: body.name, scopes, expiresAt }, now)
      return {
        json: { ...made.key, apiKey: made.secret },
        headers: { Location: `/v1/api-keys/${made.key.id}` },
      }
    },
  }),
  route({
    method: 'GET',
    path: '/v1/api-keys',
    operationId: 'listApiKeys',
    summary: 'The API keys of the tenant, without their secrets',
    tag: 'API keys',
    access: 'keys:read',
    query: PageQuery,
    success: { status: 200, description: 'A page of keys, newest first' },
    examples: [{ summary: 'All', query: {} }],
    async handle({ environment, tenant, query: { limit, cursor } }) {
      const keys = await listApiKeys(environment.FLEET, tenant, limit, cursor ?? null)
      return { json: page(keys, limit, (last) => last.id) }
    },
  }),
  route({
    method: 'GET',
    path: '/v1/api-keys/{id}',
    operationId: 'getApiKey',
    summary: 'One API key, without its secret',
    tag: 'API keys',
    access: 'keys:read',
    success: { status: 200, description: 'The key' },
    examples: [{ summary: 'One' }],
    async handle({ environment, tenant, params: { id = '' } }) {
      const key = await findApiKey(environment.FLEET, tenant, id)
      if (!key) throw notFound(`the API key ${id}`)
      return { json: key }
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/api-keys/{id}',
    operationId: 'deleteApiKey',
    summary: 'End an API key at once',
    tag: 'API keys',
    access: 'keys:write',
    success: { status: 204, description: 'It opens nothing any more' },
    examples: [{ summary: 'A key that leaked' }],
    async handle({ environment, tenant, key, params: { id = '' } }) {
      if (id === key?.id) throw new Problem('conflict', 'a key cannot end itself: use another one')
      const isDeleted = await deleteApiKey(environment.FLEET, tenant, id)
      // Also when it was deleted before: that call may have failed here.
      await feedOf(environment.EVENT_FEED, tenant).hangUp(id)
      if (!isDeleted) throw notFound(`the API key ${id}`)
      return {}
    },
  }),
]

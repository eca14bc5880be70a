import { ulid } from '../../euicc/operation-id.ts'
import { createApiKey, ROLES } from '../access.ts'
import { page } from '../page.ts'
import { route } from '../route.ts'
import { NewTenant, PageQuery } from '../schemas.ts'

export const tenantRoutes = [
  route({
    method: 'POST',
    path: '/v1/tenants',
    operationId: 'createTenant',
    summary: 'Make a tenant, with its first API key',
    description: 'Only with the root key of this installation. The key is shown this once.',
    tag: 'Tenants',
    access: 'root',
    body: NewTenant,
    idempotent: true,
    showsSecret: true,
    success: { status: 201, description: 'The tenant and its first admin key' },
    examples: [{ summary: 'A new operator', body: { name: 'Nordic Sensors' } }],
    async handle({ environment, body, now }) {
      const id = `tnt_${ulid(now, crypto.getRandomValues(new Uint8Array(10)))}`
      const { FLEET } = environment
      await FLEET.prepare('INSERT INTO tenants VALUES (?, ?, ?)').bind(id, body.name, now).run()
      const wanted = { name: 'first key', scopes: ROLES.admin, expiresAt: null }
      const { secret } = await createApiKey(FLEET, id, wanted, now)
      return {
        json: { id, name: body.name, createdAt: new Date(now).toISOString(), apiKey: secret },
        madeFor: { tenant: id, actor: { kind: 'root', id: 'root' } },
      }
    },
  }),
  route({
    method: 'GET',
    path: '/v1/tenants',
    operationId: 'listTenants',
    summary: 'All tenants of this installation',
    tag: 'Tenants',
    access: 'root',
    query: PageQuery,
    success: { status: 200, description: 'A page of tenants' },
    examples: [{ summary: 'The first ten', query: { limit: '10' } }],
    async handle({ environment, query: { limit, cursor } }) {
      const { results } = await environment.FLEET.prepare(
        'SELECT * FROM tenants WHERE id < ? ORDER BY id DESC LIMIT ?',
      )
        .bind(cursor ?? '~', limit)
        .all<{ id: string; name: string; created_at: number }>()
      const tenants = results.map(({ id, name, created_at }) => ({
        id,
        name,
        createdAt: new Date(created_at).toISOString(),
      }))
      return { json: page(tenants, limit, (tenant) => tenant.id) }
    },
  }),
]

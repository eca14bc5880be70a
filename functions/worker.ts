/** The Worker: which door a request comes to, and what runs by queue and clock. */
import { Hono } from 'hono'
import type { Environment } from './environment.ts'
import { esipaApi } from './esipa/index.ts'
import { rewrapSigningKeys } from './keys/index.ts'

export { EuiccObject } from './euicc/euicc-object.ts'

const doors = new Hono<{ Bindings: Environment }>()
doors.route('/', esipaApi)
doors.notFound(() =>
  Response.json(
    { type: 'about:blank', title: 'Not Found', status: 404, code: 'not-found' },
    { status: 404, headers: { 'Content-Type': 'application/problem+json' } },
  ),
)

export default {
  fetch: doors.fetch,
  async scheduled(_event, environment) {
    await rewrapSigningKeys(environment)
  },
} satisfies ExportedHandler<Environment>

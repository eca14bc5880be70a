/** The Worker: which door a request comes to, and what leaves the queue. */
import { Hono } from 'hono'
import type { Environment } from './environment.ts'
import { esipaApi } from './esipa/index.ts'

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
} satisfies ExportedHandler<Environment>

/** The Worker: which door a request comes to, and what runs by queue and clock. */
import { Hono } from 'hono'
import type { Environment } from './environment.ts'
import { esipaApi } from './esipa/index.ts'
import type { Change } from './euicc/change.ts'
import { applyChanges } from './fleet/index.ts'
import { gatewayApi } from './gateway/index.ts'
import { resealSecrets, rewrapSigningKeys } from './keys/index.ts'
import { operatorApi } from './operator/index.ts'

export { EuiccObject } from './euicc/euicc-object.ts'
export { CampaignObject } from './fleet/campaign/campaign-object.ts'
export { PushObject } from './gateway/push-object.ts'
export { SessionGroupObject } from './gateway/session-group-object.ts'

const doors = new Hono<{ Bindings: Environment }>()
doors.route('/', esipaApi)
doors.route('/', gatewayApi)
doors.route('/', operatorApi)

export default {
  fetch: doors.fetch,
  async queue(batch, environment) {
    await applyChanges(environment, batch)
  },
  async scheduled(_event, environment) {
    await rewrapSigningKeys(environment)
    await resealSecrets(environment)
  },
} satisfies ExportedHandler<Environment, Change>

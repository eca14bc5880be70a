/**
 * `npm start`: the edge on this machine, a few simulated devices, and a story that shows what it does, line by line. Then
 * it stays up, devices polling, until it is stopped. State is kept in STATE_DIR.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { toBase64 } from '../../shared/octets.ts'
import { DeviceStore } from './device-store.ts'
import { LocalEdgeProcess } from './local-edge-process.ts'
import { LocalGatewayProcess, prepareGatewayKeys } from './local-gateway-process.ts'
import { OperatorClient } from './operator-client.ts'
import { sleepingDevice } from './sleeping-device.ts'
import { tellFirstStory, tellReturn } from './story.ts'
import { type Cast, castDevices } from './story-cast.ts'
import { tellSleep } from './story-of-sleep.ts'

const PORT = Number(process.env.PORT ?? 8787)
const COAPS_PORT = Number(process.env.COAPS_PORT ?? 5684)
const STATE_DIR = path.resolve(process.env.STATE_DIR ?? '.state')
const EIM_FQDN = 'eim.example.com'
const DEVICES = 3
const POLL_EVERY_MS = 5_000

interface Known {
  readonly apiKey: string
}

/** The tenant of the story: made the first time, remembered after. */
async function tenantOf(
  edge: LocalEdgeProcess,
): Promise<{ readonly apiKey: string; readonly isNew: boolean }> {
  const file = path.join(STATE_DIR, 'tenant.json')
  if (existsSync(file)) return { ...(JSON.parse(readFileSync(file, 'utf8')) as Known), isNew: false }
  const root = new OperatorClient(edge.url, edge.rootApiKey)
  const { apiKey } = await root.call<Known>('POST', '/v1/tenants', { name: 'Story' })
  const operator = new OperatorClient(edge.url, apiKey)
  await operator.call('POST', '/v1/eim-identities', { eimId: EIM_FQDN, eimFqdn: EIM_FQDN })
  writeFileSync(file, JSON.stringify({ apiKey }), { mode: 0o600 })
  return { apiKey, isNew: true }
}

/** Devices come by themselves from now on, so that whatever is asked over the API happens. */
async function keepPolling(cast: Cast, stopped: () => boolean): Promise<void> {
  while (!stopped()) {
    await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS))
    for (const device of cast.devices) {
      if (stopped()) return
      if (device.transport === 'CoAP/DTLS') sleeper.sleep()
      await device.ipa.wakeUp()
      cast.store.save(device.euicc)
    }
  }
}

const store = new DeviceStore(path.join(STATE_DIR, 'devices'))
console.log(
  `Starting the edge on 127.0.0.1:${PORT}, state in ${path.relative(process.cwd(), STATE_DIR) || '.'} …`,
)
const gatewayKeys = prepareGatewayKeys(STATE_DIR)
const edge = await LocalEdgeProcess.start({
  port: PORT,
  stateFolder: STATE_DIR,
  eimFqdn: EIM_FQDN,
  ciCertificate: toBase64(store.issuer.ci.certificate),
  gatewayKeys: gatewayKeys.jwks,
})
let stopping = false
let gateway: LocalGatewayProcess | undefined
const stop = () => {
  stopping = true
  gateway?.stop()
  edge.stop()
}
process.on('SIGINT', stop)
process.on('SIGTERM', stop)
// Also when the story fails: what is left behind would keep the ports.
process.on('exit', stop)
edge.onExit((code) => process.exit(stopping ? 0 : (code ?? 1)))

const { apiKey, isNew } = await tenantOf(edge)
const operator = new OperatorClient(edge.url, apiKey)
try {
  const settings = { port: COAPS_PORT, stateFolder: STATE_DIR, edgeUrl: edge.url, eimFqdn: EIM_FQDN }
  gateway = await LocalGatewayProcess.start(settings)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
const sleeper = sleepingDevice(COAPS_PORT, gatewayKeys)
const cast = castDevices(edge.url, store, DEVICES, sleeper.send)
await (isNew ? tellFirstStory(operator, cast) : tellReturn(operator, cast))
await tellSleep(cast, sleeper)

console.log(`
Up. Devices poll every ${POLL_EVERY_MS / 1000} s; stop with Ctrl-C, start again and all is still there.
  API            ${edge.url}/v1
  Gateway        coaps://127.0.0.1:${COAPS_PORT} (DTLS with Connection ID; the meter calls it)
  Console        ${edge.url}/console (sign in with the API key)
  Documentation  ${edge.url}/docs
  API key        ${apiKey}
Try: curl -H 'Authorization: Bearer ${apiKey}' ${edge.url}/v1/euiccs
`)
await keepPolling(cast, () => stopping)

/** `npm run simulate`: one device, or thousands, against an eIM. Devices go on where they stopped. */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { DeviceStore, downloadedProfile } from './device-store.ts'
import { associateDirectly, enrolmentOf, readInitialEim } from './enrolment.ts'
import { asn1Client, jsonClient, type Send } from './esipa-client.ts'
import { type EuiccState, enabledProfile } from './euicc-state.ts'
import { eventLine } from './event-line.ts'
import { httpSend } from './http-send.ts'
import { simulatedDownload } from './simulated-download.ts'
import type { SimulatedEuicc } from './simulated-euicc.ts'
import { SimulatedIpa } from './simulated-ipa.ts'

const HELP = `npm run simulate -- [options]

  --url URL            base address of the eIM (http://127.0.0.1:8787)
  --host NAME          Host header, when the eIM is known by another name
  --devices N          how many devices (1), --first N: number of the first (1)
  --binding NAME       asn1 or json (asn1)
  --interval SECONDS   between two wake-ups of a device (10)
  --once               one wake-up each, then end; exit code 1 unless all of them got through
  --folder PATH        where devices are kept (.state/simulator); ci.pem there is the CI to trust
  --initial-eim FILE   AddInitialEimRequest for devices without an eIM: file, hexadecimal or base64
  --eim-id ID --eim-key FILE   or: associate them with this eIM and public key (PEM) directly
  --list               print what an operator needs to enrol the devices, one JSON line each, and end
  --quiet              only wake-ups that did not get through
`

const options = {
  url: { type: 'string', default: 'http://127.0.0.1:8787' },
  host: { type: 'string' },
  devices: { type: 'string', default: '1' },
  first: { type: 'string', default: '1' },
  binding: { type: 'string', default: 'asn1' },
  interval: { type: 'string', default: '10' },
  once: { type: 'boolean', default: false },
  folder: { type: 'string', default: '.state/simulator' },
  'initial-eim': { type: 'string' },
  'eim-id': { type: 'string' },
  'eim-key': { type: 'string' },
  list: { type: 'boolean', default: false },
  quiet: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

type Values = ReturnType<typeof readOptions>

function readOptions() {
  return parseArgs({ options }).values
}

function count(text: string, name: string): number {
  const value = Number(text)
  if (!Number.isFinite(value) || value < 0) throw new RangeError(`--${name} is no number: ${text}`)
  return value
}

interface Device {
  readonly euicc: SimulatedEuicc
  readonly ipa: SimulatedIpa
}

function associate(euicc: SimulatedEuicc, values: Values): void {
  if (euicc.state.associations.length > 0) return
  const { 'initial-eim': initialEim, 'eim-id': eimId, 'eim-key': keyFile } = values
  if (initialEim !== undefined) euicc.addInitialEim(readInitialEim(initialEim))
  else if (eimId !== undefined && keyFile !== undefined)
    associateDirectly(euicc, { eimId, publicKey: readFileSync(keyFile, 'utf8') })
}

function makeDevice(store: DeviceStore, index: number, send: Send, values: Values): Device {
  const euicc = store.device(index)
  associate(euicc, values)
  store.save(euicc)
  const { eid } = euicc.state
  const tell = (event: string, detail: Readonly<Record<string, unknown>>) => {
    if (!values.quiet) console.log(eventLine(new Date(), eid, event, detail))
  }
  const client = values.binding === 'json' ? jsonClient(send) : asn1Client(send)
  const ipa = new SimulatedIpa(euicc, client, {
    tell,
    resendsKept: true,
    // A card forgets nothing when the power goes: what it did is on disk before anybody hears of it.
    beforeStep: (step) => {
      if (step === 'provide' || step === 'notify') store.save(euicc)
    },
    download: (trigger, card) =>
      simulatedDownload({ profile: downloadedProfile(index, Math.max(0, card.state.profiles.length - 3)) })(
        trigger,
        card,
      ),
  })
  return { euicc, ipa }
}

/** Differs when the card has done or forgotten anything. */
function extent({ executions, nextSeqNumber, results, notifications }: EuiccState): string {
  return [executions.length, nextSeqNumber, results.length, notifications.length].join()
}

/** Whether the device got through to its eIM. */
async function wakeUp(store: DeviceStore, { euicc, ipa }: Device, quiet: boolean): Promise<boolean> {
  const before = extent(euicc.state)
  const ended = await ipa.wakeUp()
  const { state } = euicc
  if (extent(state) !== before) store.save(euicc)
  const gotThrough = ended === 'nothing-more'
  if (!quiet || !gotThrough) {
    const enabled = enabledProfile(state)?.iccid ?? 'none'
    console.log(eventLine(new Date(), state.eid, 'wake_up.ended', { reason: ended, enabled }))
  }
  return gotThrough
}

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Spread over the interval, so that a fleet does not wake up all at once. */
async function live(store: DeviceStore, device: Device, startMs: number, intervalMs: number, quiet: boolean) {
  await sleep(startMs)
  for (;;) {
    await wakeUp(store, device, quiet)
    await sleep(intervalMs)
  }
}

async function run(values: Values): Promise<void> {
  if (values.binding !== 'asn1' && values.binding !== 'json')
    throw new RangeError(`--binding is asn1 or json, not ${values.binding}`)
  const store = new DeviceStore(values.folder)
  const send = httpSend(values.url, { host: values.host })
  const first = count(values.first, 'first')
  const devices = Array.from({ length: count(values.devices, 'devices') }, (_, offset) =>
    makeDevice(store, first + offset, send, values),
  )
  if (values.list) {
    for (const { euicc } of devices) console.log(JSON.stringify(enrolmentOf(euicc, store.issuer)))
    return
  }
  if (values.once) {
    const gotThrough = await Promise.all(devices.map((device) => wakeUp(store, device, values.quiet)))
    process.exit(gotThrough.every(Boolean) ? 0 : 1)
  }
  const intervalMs = 1000 * count(values.interval, 'interval')
  const lives = devices.map((device, index) =>
    live(store, device, (index / devices.length) * intervalMs, intervalMs, values.quiet),
  )
  await Promise.all(lives)
}

const values = readOptions()
if (values.help) console.log(HELP)
else await run(values)

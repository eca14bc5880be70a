/** The devices of the story, and a look at every message they exchange with the eIM. */
import { type Octets, toHex } from '../../shared/octets.ts'
import type { DeviceStore } from './device-store.ts'
import { asn1Client, type HttpRequest, type HttpResponse, jsonClient, type Send } from './esipa-client.ts'
import { httpSend } from './http-send.ts'
import type { SimulatedEuicc } from './simulated-euicc.ts'
import { SimulatedIpa } from './simulated-ipa.ts'

export interface StoryDevice {
  readonly name: string
  readonly binding: 'ASN.1' | 'JSON'
  /** How it reaches the eIM. */
  readonly transport: 'HTTPS' | 'CoAP/DTLS'
  readonly euicc: SimulatedEuicc
  readonly ipa: SimulatedIpa
}

export interface Cast {
  readonly store: DeviceStore
  readonly devices: readonly StoryDevice[]
  /** What passes on the wire from now on is told (true) or not. */
  tellWire(on: boolean): void
  /** The last signed package that any device was given, BF51: what a wiretapper would keep. */
  tapped(): Octets | null
}

const NAMES = ['tracker', 'meter', 'gateway']
const SLEEPER = 1
const SHOWN_DIGITS = 64

function shorten(body: Octets, type: string): string {
  const text = type.startsWith('application/json') ? new TextDecoder().decode(body) : toHex(body)
  return text.length <= SHOWN_DIGITS ? text : `${text.slice(0, SHOWN_DIGITS)}…`
}

function line(arrow: string, { headers, body }: HttpRequest | HttpResponse, what: string): string {
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
  return `      ${arrow} ${what.padEnd(36)} ${String(body.length).padStart(5)} octets  ${shorten(body, type)}`
}

/** BF51 inside a GetEimPackageResponse of the ASN.1 binding. */
function signedPackageIn(body: Octets): Octets | null {
  if (body[0] !== 0xbf || body[1] !== 0x4f) return null
  const start = body.findIndex((octet, index) => octet === 0xbf && body[index + 1] === 0x51)
  return start < 0 ? null : body.slice(start)
}

/** `sleeper`: the way of the second device, which wakes behind another address each time. */
export function castDevices(url: string, store: DeviceStore, count: number, sleeper: Send): Cast {
  const plain = httpSend(url)
  let telling = false
  let tapped: Octets | null = null
  const send: Send = async (request) => {
    if (telling) console.log(line('→', request, request.path))
    const response = await plain(request)
    if (telling) console.log(line('←', response, String(response.status)))
    tapped = signedPackageIn(response.body) ?? tapped
    return response
  }
  const devices = Array.from({ length: count }, (_, index): StoryDevice => {
    const euicc = store.device(index + 1)
    const binding = index === count - 1 ? 'JSON' : 'ASN.1'
    const isSleeper = index === SLEEPER
    const client = (binding === 'JSON' ? jsonClient : asn1Client)(isSleeper ? sleeper : send)
    const ipa = new SimulatedIpa(euicc, client, { resendsKept: true })
    const transport = isSleeper ? 'CoAP/DTLS' : 'HTTPS'
    return { name: NAMES[index] ?? `device ${index + 1}`, binding, transport, euicc, ipa }
  })
  return {
    store,
    devices,
    tellWire: (on) => {
      telling = on
    },
    tapped: () => tapped,
  }
}

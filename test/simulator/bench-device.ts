/** An IPA around the bench card, for the simulator's own tests. */
import { decode } from '../../shared/asn1/index.ts'
import { toHex } from '../../shared/octets.ts'
import { ProvideEimPackageResult } from '../../shared/sgp32/index.ts'
import { makeBench, type profile } from './bench-card.ts'
import { asn1Client, type ClientQuirks, jsonClient, type Send } from './esipa-client.ts'
import type { ScriptedEim } from './scripted-eim.ts'
import { type IpaOptions, SimulatedIpa } from './simulated-ipa.ts'

const clients = { asn1: asn1Client, json: jsonClient }

export interface Setting extends IpaOptions {
  readonly binding?: 'asn1' | 'json'
  readonly quirks?: ClientQuirks
  readonly way?: (send: Send) => Send
  readonly profiles?: ReturnType<typeof profile>[]
}

export function makeDevice({
  binding = 'asn1',
  quirks,
  way = (send) => send,
  profiles,
  ...options
}: Setting = {}) {
  const bench = makeBench(profiles)
  const ipa = new SimulatedIpa(bench.euicc, clients[binding](way(bench.eim.send), quirks), options)
  return { ...bench, ipa }
}

/** The ASN.1 requests that began with this tag. */
export const bodies = ({ received }: ScriptedEim, tag: string) =>
  received.map(({ body }) => body).filter((body) => toHex(body).startsWith(tag))

export const provided = (eim: ScriptedEim) =>
  bodies(eim, 'BF50').map((body) => decode(ProvideEimPackageResult, body))

/** Loses the first `count` requests with this tag. */
export function losing(tag: string, count: number): (send: Send) => Send {
  let left = count
  return (send) => (request) => {
    if (toHex(request.body).startsWith(tag) && left-- > 0) return Promise.reject(new Error('lost'))
    return send(request)
  }
}

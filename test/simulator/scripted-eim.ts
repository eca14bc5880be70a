/** A tiny eIM for tests of the card and the IPA: signs what it is told to, in order, and remembers what comes back. */
import { createHash } from 'node:crypto'
import { decode, encode, type Infer, readTlv, wrap } from '../../shared/asn1/index.ts'
import { concatOctets, fromBase64, type Octets, toBase64, toHex } from '../../shared/octets.ts'
import { eidToOctets, parseEid } from '../../shared/sgp22/index.ts'
import {
  AddInitialEimRequest,
  EimAcknowledgements,
  type EimConfigurationData,
  type EuiccPackage,
  EuiccPackageResult,
  EuiccPackageSigned,
  encodeAssociationToken,
} from '../../shared/sgp32/index.ts'
import { signPlain } from './card-crypto.ts'
import { type KeyPair, makeKeyPair } from './card-issuer.ts'
import type { HttpResponse, Send } from './esipa-client.ts'

type Package = Infer<typeof EuiccPackage>
type Configuration = Infer<typeof EimConfigurationData>

const ASN1_PATH = '/gsma/rsp2/asn1'
const NOTHING = wrap(0xbf4f, wrap(0x02, Uint8Array.of(1)))
const OK_HEADER = { functionExecutionStatus: { status: 'Executed-Success' } }
const JSON_MEMBERS: Readonly<Record<string, string>> = {
  BF51: 'euiccPackageRequest',
  BF52: 'ipaEuiccDataRequest',
  BF54: 'profileDownloadTriggerRequest',
}

export class ScriptedEim {
  readonly eimId: string
  readonly keys: KeyPair
  counterValue = 0
  token: number | null = null
  /** Packages to hand out, one a poll: complete BF51, BF52 or BF54. */
  readonly queue: Octets[] = []
  /** Every request body that arrived, ASN.1 or JSON, with its path. */
  readonly received: { readonly path: string; readonly body: Octets }[] = []
  /** Whether results are answered with their sequence numbers. */
  acknowledges = true

  constructor(eimId: string, keys: KeyPair = makeKeyPair()) {
    this.eimId = eimId
    this.keys = keys
  }

  configuration(changes: Partial<Configuration> = {}): Configuration {
    return {
      eimId: this.eimId,
      eimFqdn: this.eimId,
      eimIdType: 2,
      counterValue: this.counterValue,
      eimPublicKeyData: { eimPublicKey: this.keys.subjectPublicKeyInfo },
      ...changes,
    }
  }

  addInitialEim(changes: Partial<Configuration> = {}): Octets {
    return encode(AddInitialEimRequest, { eimConfigurationDataList: [this.configuration(changes)] })
  }

  /** A signed package under the next counter, or under the one given. */
  package(eid: string, euiccPackage: Package, counterValue = ++this.counterValue): Octets {
    const signed = encode(EuiccPackageSigned, {
      eimId: this.eimId,
      eidValue: eidToOctets(parseEid(eid)),
      counterValue,
      eimTransactionId: this.#transactionId(counterValue),
      euiccPackage,
    })
    return this.sign(signed)
  }

  sign(signed: Octets): Octets {
    const signature = signPlain(
      this.keys.privateKey,
      concatOctets(signed, encodeAssociationToken(this.token)),
    )
    return wrap(0xbf51, concatOctets(signed, wrap(0x5f37, signature)))
  }

  #transactionId(counterValue: number): Octets {
    return new Uint8Array(
      createHash('sha256').update(`${this.eimId} ${counterValue}`).digest().subarray(0, 16),
    )
  }

  /** The way of an IPA to this eIM. */
  readonly send: Send = async ({ path, body }) => {
    this.received.push({ path, body })
    if (path === ASN1_PATH) return this.#answerAsn1(body)
    return this.#answerJson(path, body)
  }

  #answerAsn1(body: Octets): HttpResponse {
    const tag = toHex(body.subarray(0, 2))
    if (tag === 'BF3D') return { status: 204, headers: {}, body: new Uint8Array() }
    if (tag === 'BF50') return ok(wrap(0xbf50, this.#acknowledgement(body) ?? wrap(0x30, new Uint8Array())))
    const next = this.queue.shift()
    return ok(next ? wrap(0xbf4f, next) : NOTHING)
  }

  #answerJson(path: string, body: Octets): HttpResponse {
    if (path.endsWith('handleNotification')) return { status: 204, headers: {}, body: new Uint8Array() }
    if (path.endsWith('provideEimPackageResult')) {
      const { eimPackageResult } = JSON.parse(new TextDecoder().decode(body)) as { eimPackageResult: string }
      const acknowledgement = this.#acknowledgement(wrap(0xbf50, fromBase64(eimPackageResult)))
      return json(acknowledgement ? { eimAcknowledgements: toBase64(acknowledgement) } : {})
    }
    const next = this.queue.shift()
    if (!next) return json({ eimPackageError: 1 })
    return json({ [JSON_MEMBERS[toHex(next.subarray(0, 2))] ?? '']: toBase64(next) })
  }

  #acknowledgement(provided: Octets): Octets | undefined {
    const seqNumber = this.acknowledges ? seqNumberIn(provided) : undefined
    return seqNumber === undefined ? undefined : encode(EimAcknowledgements, [seqNumber])
  }
}

function ok(body: Octets): HttpResponse {
  return { status: 200, headers: {}, body }
}

function json(members: Readonly<Record<string, unknown>>): HttpResponse {
  return ok(new Uint8Array(new TextEncoder().encode(JSON.stringify({ header: OK_HEADER, ...members }))))
}

/** Of the BF51 in a BF50, whatever stands before it. */
function seqNumberIn(provided: Octets): number | undefined {
  for (let offset = readTlv(provided, 0, provided.length).contentStart; offset < provided.length; ) {
    const tlv = readTlv(provided, offset, provided.length)
    if (tlv.tag === 0xbf51) {
      const result = decode(EuiccPackageResult, provided.subarray(tlv.start, tlv.end))
      return result.euiccPackageResultSigned?.euiccPackageResultDataSigned.seqNumber
    }
    offset = tlv.tag === 0x30 ? tlv.contentStart : tlv.end
  }
  return undefined
}

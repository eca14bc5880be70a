/** How a simulated device and an eIM get to know each other: what the operator needs, and what the card needs. */
import { existsSync, readFileSync } from 'node:fs'
import { fromBase64, fromHex, type Octets, toBase64 } from '../../shared/octets.ts'
import { readPem } from '../../shared/pki/index.ts'
import type { CardIssuer } from './card-issuer.ts'
import { associate } from './execute-eco.ts'
import type { SimulatedEuicc } from './simulated-euicc.ts'

export interface Enrolment {
  readonly eid: string
  /** The CI above the card, which the eIM must trust: DER in base64. */
  readonly ciCertificate: string
  readonly associations: readonly {
    readonly eimId: string
    readonly counterValue: number
    readonly associationToken: number | null
  }[]
}

/** What an operator of the eIM needs to know of this device. */
export function enrolmentOf({ state }: SimulatedEuicc, issuer: CardIssuer): Enrolment {
  return {
    eid: state.eid,
    ciCertificate: toBase64(issuer.ci.certificate),
    associations: state.associations.map(({ eimId, counterValue, associationToken }) => ({
      eimId,
      counterValue,
      associationToken,
    })),
  }
}

export interface DirectAssociation {
  readonly eimId: string
  /** PEM of the eIM's public key or certificate. */
  readonly publicKey: string
  readonly counterValue?: number
}

/** Associates without a file from the eIM; the card gives no token. @throws {Error} when the card refuses */
export function associateDirectly(euicc: SimulatedEuicc, wanted: DirectAssociation): void {
  const [block] = readPem(wanted.publicKey)
  if (!block) throw new RangeError('no PEM block')
  const eimPublicKeyData =
    block.label === 'CERTIFICATE' ? { eimCertificate: block.der } : { eimPublicKey: block.der }
  const outcome = associate(
    euicc.state,
    { eimId: wanted.eimId, eimIdType: 2, counterValue: wanted.counterValue ?? 0, eimPublicKeyData },
    euicc.ciPKIds,
  )
  if ('refusal' in outcome) throw new Error(`the card refused the eIM with ${outcome.refusal}`)
}

/** An AddInitialEimRequest as operators pass it on: the name of a file, or the octets as hexadecimal or base64. */
export function readInitialEim(text: string): Octets {
  const octets = existsSync(text) ? new Uint8Array(readFileSync(text)) : undefined
  if (octets?.[0] === 0xbf) return octets
  const words = (octets ? new TextDecoder().decode(octets) : text).replace(/\s+/g, '')
  return /^[0-9A-Fa-f]+$/.test(words) ? fromHex(words) : fromBase64(words)
}

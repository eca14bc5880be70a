/** Whether what a device sent was signed by the eUICC it speaks for: over the octets as received, under its certificate chain. */
import { concatOctets, type Octets, toHex } from '../../shared/octets.ts'
import {
  type Certificate,
  type ChainVerdict,
  describeChainFault,
  verify,
  verifyEuiccChain,
} from '../../shared/pki/index.ts'
import type { Certificates } from './facts.ts'

export interface Verdict {
  readonly verified: boolean
  readonly detail: string
  /** Hex; what the signature covers. */
  readonly signedOctets: string | null
  /** Hex, r || s */
  readonly signature: string | null
  /** Hex DER: eUICC certificate, EUM certificate. */
  readonly chain: readonly string[]
}

export interface Signed {
  readonly data: Octets
  /** What follows the data in the signature's input: the association token TLV, or nothing. */
  readonly suffix: Octets
  readonly signature: Octets
}

/** Judges signatures of one eUICC at one instant. */
export class Verifier {
  readonly #roots: readonly Certificate[]
  readonly #eid: string
  readonly #at: number

  constructor(roots: readonly Certificate[], eid: string, at: number) {
    this.#roots = roots
    this.#eid = eid
    this.#at = at
  }

  judgeChain(certificates: Certificates): Promise<ChainVerdict> {
    const chain = { euicc: certificates.euiccCertificate, eum: certificates.eumCertificate }
    return verifyEuiccChain(chain, { roots: this.#roots, at: this.#at, eid: this.#eid })
  }

  async judge(signed: Signed, certificates: Certificates | null): Promise<Verdict> {
    const message = concatOctets(signed.data, signed.suffix)
    const facts = {
      signedOctets: toHex(message),
      signature: toHex(signed.signature),
      chain: certificates ? [toHex(certificates.euiccCertificate), toHex(certificates.eumCertificate)] : [],
    }
    const refused = (detail: string): Verdict => ({ verified: false, detail, ...facts })
    if (!certificates) return refused('the certificates of the eUICC are not known yet')
    const chain = await this.judgeChain(certificates)
    if (!chain.ok) return refused(describeChainFault(chain.reason))
    if (!(await verify(chain.publicKey, message, signed.signature)))
      return refused('the signature does not verify')
    return { verified: true, detail: 'signed by the eUICC, whose chain ends at a trusted CI', ...facts }
  }
}

/** The verdict on what carries no signature. */
export function unsigned(detail: string): Verdict {
  return { verified: false, detail, signedOctets: null, signature: null, chain: [] }
}

/** The client's certificate or raw public key, and its proof of owning the key (RFC 5246 §7.4.6, §7.4.8). */
import type { KeyObject } from 'node:crypto'
import { alertDescription } from './alert.ts'
import {
  type CertificateType,
  certificateType,
  readCertificateChain,
  readCertificateVerify,
  readRawPublicKey,
} from './certificate-message.ts'
import { judgeCertificateChain, judgeRawPublicKey } from './client-trust.ts'
import type { Refusal } from './negotiate.ts'
import { anonymous, type PeerIdentity } from './peer-identity.ts'
import type { TenantPolicy } from './server-options.ts'
import { isSignedBy } from './signature-scheme.ts'

export class ClientAuthentication {
  readonly #policy: TenantPolicy
  readonly #type: CertificateType
  #publicKey: KeyObject | undefined
  #identity: PeerIdentity = anonymous

  constructor(policy: TenantPolicy, type: CertificateType) {
    this.#policy = policy
    this.#type = type
  }

  /** A certificate was shown, so a CertificateVerify must follow. */
  get awaitsProof(): boolean {
    return this.#publicKey !== undefined
  }

  /** Counts only when the handshake is finished. */
  get identity(): PeerIdentity {
    return this.#identity
  }

  /** Takes the Certificate message. @throws {DecodeFault} */
  show(body: Buffer, now: number): Refusal | undefined {
    const shown =
      this.#type === certificateType.rawPublicKey ? [readRawPublicKey(body)] : readCertificateChain(body)
    const [first] = shown
    if (first === undefined || first.length === 0) {
      return this.#policy.clientAuthentication === 'required'
        ? { alert: alertDescription.handshakeFailure, reason: 'client certificate missing' }
        : undefined
    }
    const judgement =
      this.#type === certificateType.rawPublicKey
        ? judgeRawPublicKey(first, this.#policy.trust)
        : judgeCertificateChain(shown, this.#policy.trust, now)
    if (!judgement.isTrusted) return { alert: judgement.alert, reason: judgement.reason }
    this.#publicKey = judgement.publicKey
    this.#identity = judgement.identity
    return undefined
  }

  /** Takes the CertificateVerify message over the transcript before it. @throws {DecodeFault} */
  prove(body: Buffer, transcript: Buffer): Refusal | undefined {
    const { scheme, signature } = readCertificateVerify(body)
    const isProven =
      this.#publicKey !== undefined && isSignedBy(this.#publicKey, scheme, transcript, signature)
    return isProven ? undefined : { alert: alertDescription.decryptError, reason: 'client signature wrong' }
  }
}

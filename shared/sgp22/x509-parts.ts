/** X.509 objects as they travel inside messages: kept whole, looked into elsewhere (RFC 5280). */
import { derSequence, type Infer } from '../asn1/index.ts'

export const Certificate = derSequence
export type Certificate = Infer<typeof Certificate>

export const SubjectPublicKeyInfo = derSequence
export type SubjectPublicKeyInfo = Infer<typeof SubjectPublicKeyInfo>

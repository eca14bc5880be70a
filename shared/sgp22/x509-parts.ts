/** X.509 objects as they travel inside messages: kept whole, looked into elsewhere (RFC 5280). */
import { derSequence, type Infer, tagged } from '../asn1/index.ts'

export const Certificate = tagged('30', derSequence)
export type Certificate = Infer<typeof Certificate>

export const SubjectPublicKeyInfo = tagged('30', derSequence)
export type SubjectPublicKeyInfo = Infer<typeof SubjectPublicKeyInfo>

export const AlgorithmIdentifier = tagged('30', derSequence)
export type AlgorithmIdentifier = Infer<typeof AlgorithmIdentifier>

/** OCTET STRINGs that the standard gives a name for their size. */
import { type Infer, octetString, size } from '../asn1/index.ts'

export const Octet1 = octetString(size(1))
export type Octet1 = Infer<typeof Octet1>

export const Octet2 = octetString(size(2))
export type Octet2 = Infer<typeof Octet2>

export const Octet4 = octetString(size(4))
export type Octet4 = Infer<typeof Octet4>

export const Octet8 = octetString(size(8))
export type Octet8 = Infer<typeof Octet8>

export const Octet16 = octetString(size(16))
export type Octet16 = Infer<typeof Octet16>

export const Octet32 = octetString(size(32))
export type Octet32 = Infer<typeof Octet32>

export const OctetTo16 = octetString(size(1, 16))
export type OctetTo16 = Infer<typeof OctetTo16>

/** Major, minor and revision, one octet each. */
export const VersionType = octetString(size(3))
export type VersionType = Infer<typeof VersionType>

/** Names a key of a certificate issuer (RFC 5280 §4.2.1.2). */
export const SubjectKeyIdentifier = octetString()
export type SubjectKeyIdentifier = Infer<typeof SubjectKeyIdentifier>

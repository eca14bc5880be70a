/** Which operators may use which profile policy rules on an eUICC. */
import { field, type Infer, namedBits, sequence, sequenceOf } from '../asn1/index.ts'
import { OperatorId, PprIds } from './profile-metadata.ts'

export const PprFlags = namedBits(['consentRequired'])
export type PprFlags = Infer<typeof PprFlags>

export const ProfilePolicyAuthorisationRule = sequence('30', {
  pprIds: field('80', PprIds),
  allowedOperators: field('A1', sequenceOf('A1', '30', OperatorId)),
  pprFlags: field('82', PprFlags),
})
export type ProfilePolicyAuthorisationRule = Infer<typeof ProfilePolicyAuthorisationRule>

/** SGP.22 §2.4.5.3 */
export const RulesAuthorisationTable = sequenceOf('30', '30', ProfilePolicyAuthorisationRule)
export type RulesAuthorisationTable = Infer<typeof RulesAuthorisationTable>

export const GetRatRequest = sequence('BF43', {})
export type GetRatRequest = Infer<typeof GetRatRequest>

export const GetRatResponse = sequence('BF43', { rat: field('A0', RulesAuthorisationTable) })
export type GetRatResponse = Infer<typeof GetRatResponse>

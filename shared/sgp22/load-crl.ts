/** ES10b.LoadCRL: revocation lists for a consumer eUICC, whole or in parts. */
import {
  alternative,
  choice,
  derSequence,
  field,
  type Infer,
  integer,
  namedInteger,
  optional,
  sequence,
  sequenceOf,
  tagged,
} from '../asn1/index.ts'

export const SegmentedCrlList = sequenceOf('30', '30', derSequence)
export type SegmentedCrlList = Infer<typeof SegmentedCrlList>

export const TotalPartialCrlNumber = tagged('02', integer)
export type TotalPartialCrlNumber = Infer<typeof TotalPartialCrlNumber>

export const PartialCrlNumber = tagged('02', integer)
export type PartialCrlNumber = Infer<typeof PartialCrlNumber>

export const LoadCRLRequest = sequence('BF35', { crl: field('A0', derSequence) })
export type LoadCRLRequest = Infer<typeof LoadCRLRequest>

export const LoadCRLResponseOk = sequence('30', {
  missingParts: optional('A0', sequenceOf('A0', '02', integer)),
})
export type LoadCRLResponseOk = Infer<typeof LoadCRLResponseOk>

export const LoadCRLResponseError = namedInteger({
  invalidSignature: 1,
  invalidCRLFormat: 2,
  notEnoughMemorySpace: 3,
  verificationKeyNotFound: 4,
  fresherCrlAlreadyLoaded: 5,
  baseCrlMissing: 6,
  undefinedError: 127,
})
export type LoadCRLResponseError = Infer<typeof LoadCRLResponseError>

export const LoadCRLResponse = choice('BF35', {
  loadCRLResponseOk: alternative('A0', LoadCRLResponseOk),
  loadCRLResponseError: alternative('81', LoadCRLResponseError),
})
export type LoadCRLResponse = Infer<typeof LoadCRLResponse>

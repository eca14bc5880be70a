/** The signed answer to a package, and the two ways it can fail as a whole. */
import {
  alternative,
  choice,
  field,
  type Infer,
  integer,
  namedInteger,
  octetString,
  optional,
  sequence,
  sequenceOf,
  size,
  UNTAGGED,
  utf8String,
} from '../asn1/index.ts'
import { RulesAuthorisationTable } from '../sgp22/rules-authorisation-table.ts'
import { TransactionId } from '../sgp22/transaction-id.ts'
import { AddEimResult, DeleteEimResult, ListEimResult, UpdateEimResult } from './eco-result.ts'
import {
  ConfigureImmediateEnableResult,
  DeleteProfileResult,
  DisableProfileResult,
  EnableProfileResult,
  ProfileInfoListResponse,
  RollbackProfileResult,
  SetDefaultDpAddressResponse,
  SetFallbackAttributeResult,
  UnsetFallbackAttributeResult,
} from './psmo-result.ts'
import { bareResult } from './tolerance.ts'

export const ProcessingTerminated = namedInteger({
  resultSizeOverflow: 1,
  unknownOrDamagedCommand: 2,
  interruption: 3,
  undefinedError: 127,
})
export type ProcessingTerminated = Infer<typeof ProcessingTerminated>

/** How one operation ended; `rollbackResult` answers none, `processingTerminated` ends the list early (SGP.32 §2.11.2.1). */
export const EuiccResultData = choice(UNTAGGED, {
  enableResult: alternative('83', EnableProfileResult),
  disableResult: alternative('84', DisableProfileResult),
  deleteResult: alternative('85', DeleteProfileResult),
  listProfileInfoResult: alternative('BF2D', ProfileInfoListResponse),
  getRATResult: alternative('A6', RulesAuthorisationTable),
  configureImmediateEnableResult: alternative('87', ConfigureImmediateEnableResult),
  addEimResult: alternative('A8', AddEimResult),
  deleteEimResult: alternative('89', DeleteEimResult),
  updateEimResult: alternative('8A', UpdateEimResult),
  listEimResult: alternative('AB', ListEimResult),
  rollbackResult: alternative('8C', RollbackProfileResult),
  setFallbackAttributeResult: alternative('8D', SetFallbackAttributeResult),
  unsetFallbackAttributeResult: alternative('8E', UnsetFallbackAttributeResult),
  processingTerminated: alternative('02', ProcessingTerminated),
  setDefaultDpAddressResult: alternative('BF65', SetDefaultDpAddressResponse),
})
export type EuiccResultData = Infer<typeof EuiccResultData>

/** What `euiccSignEPR` covers, followed by the association token. */
export const EuiccPackageResultDataSigned = sequence('30', {
  eimId: field('80', utf8String(size(1, 128))),
  counterValue: field('81', integer),
  eimTransactionId: optional('82', TransactionId),
  seqNumber: field('83', integer),
  euiccResult: field('30', sequenceOf('30', UNTAGGED, EuiccResultData)),
})
export type EuiccPackageResultDataSigned = Infer<typeof EuiccPackageResultDataSigned>

export const EuiccPackageResultSigned = sequence('30', {
  euiccPackageResultDataSigned: field('30', EuiccPackageResultDataSigned),
  euiccSignEPR: field('5F37', octetString()),
})
export type EuiccPackageResultSigned = Infer<typeof EuiccPackageResultSigned>

export const EuiccPackageErrorCode = namedInteger({
  invalidEid: 3,
  replayError: 4,
  counterValueOutOfRange: 6,
  sizeOverflow: 15,
  ecallActive: 104,
  undefinedError: 127,
})
export type EuiccPackageErrorCode = Infer<typeof EuiccPackageErrorCode>

/** What `euiccSignEPE` covers, followed by the association token. */
export const EuiccPackageErrorDataSigned = sequence('30', {
  eimId: field('80', utf8String(size(1, 128))),
  counterValue: field('81', integer),
  eimTransactionId: optional('82', TransactionId),
  euiccPackageErrorCode: field('02', EuiccPackageErrorCode),
})
export type EuiccPackageErrorDataSigned = Infer<typeof EuiccPackageErrorDataSigned>

export const EuiccPackageErrorSigned = sequence('30', {
  euiccPackageErrorDataSigned: field('30', EuiccPackageErrorDataSigned),
  euiccSignEPE: field('5F37', octetString()),
})
export type EuiccPackageErrorSigned = Infer<typeof EuiccPackageErrorSigned>

export const EuiccPackageUnsignedErrorCode = namedInteger({ sizeOverflow: 15, undefinedError: 127 })
export type EuiccPackageUnsignedErrorCode = Infer<typeof EuiccPackageUnsignedErrorCode>

/** The eUICC could not check the package, so this proves nothing. The code comes with v1.3. */
export const EuiccPackageErrorUnsigned = sequence('30', {
  eimId: field('80', utf8String(size(1, 128))),
  eimTransactionId: optional('82', TransactionId),
  associationToken: optional('84', integer),
  euiccPackageUnsignedErrorCode: optional('8F', EuiccPackageUnsignedErrorCode),
})
export type EuiccPackageErrorUnsigned = Infer<typeof EuiccPackageErrorUnsigned>

/** SGP.32 §2.11.2.1 */
export const EuiccPackageResult = choice(
  'BF51',
  {
    euiccPackageResultSigned: alternative('A0', EuiccPackageResultSigned),
    euiccPackageErrorSigned: alternative('A1', EuiccPackageErrorSigned),
    euiccPackageErrorUnsigned: alternative('A2', EuiccPackageErrorUnsigned),
  },
  bareResult,
)
export type EuiccPackageResult = Infer<typeof EuiccPackageResult>

export const EuiccPackageResultList = sequenceOf('30', 'BF51', EuiccPackageResult)
export type EuiccPackageResultList = Infer<typeof EuiccPackageResultList>

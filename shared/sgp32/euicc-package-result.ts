/** TODO */
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
import { RulesAuthorisationTable } from '../sgp22/objects.ts'
import { EimIdType } from './eco.ts'
import { ProfileInfo } from './profile-objects.ts'

export const EuiccPackageErrorCode = namedInteger({
  invalidEid: 3,
  replayError: 4,
  counterValueOutOfRange: 6,
  sizeOverflow: 15,
  ecallActive: 104,
  undefinedError: 127,
})
export type EuiccPackageErrorCode = Infer<typeof EuiccPackageErrorCode>

export const EuiccPackageErrorDataSigned = sequence('30', {
  eimId: field('80', utf8String(size(1, 128))),
  counterValue: field('81', integer),
  eimTransactionId: optional('82', octetString(size(1, 16))),
  euiccPackageErrorCode: field('02', EuiccPackageErrorCode),
})
export type EuiccPackageErrorDataSigned = Infer<typeof EuiccPackageErrorDataSigned>

export const EuiccPackageErrorSigned = sequence('30', {
  euiccPackageErrorDataSigned: field('30', EuiccPackageErrorDataSigned),
  euiccSignEPE: field('5F37', octetString()),
})
export type EuiccPackageErrorSigned = Infer<typeof EuiccPackageErrorSigned>

export const ConfigureImmediateEnableResult = namedInteger({
  ok: 0,
  insufficientMemory: 1,
  commandError: 7,
  undefinedError: 127,
})
export type ConfigureImmediateEnableResult = Infer<typeof ConfigureImmediateEnableResult>

export const EnableProfileResult = namedInteger({
  ok: 0,
  iccidOrAidNotFound: 1,
  profileNotInDisabledState: 2,
  disallowedByPolicy: 3,
  catBusy: 5,
  rollbackNotAvailable: 20,
  undefinedError: 127,
})
export type EnableProfileResult = Infer<typeof EnableProfileResult>

export const DisableProfileResult = namedInteger({
  ok: 0,
  iccidOrAidNotFound: 1,
  profileNotInEnabledState: 2,
  disallowedByPolicy: 3,
  catBusy: 5,
  undefinedError: 127,
})
export type DisableProfileResult = Infer<typeof DisableProfileResult>

export const DeleteProfileResult = namedInteger({
  ok: 0,
  iccidOrAidNotFound: 1,
  profileNotInDisabledState: 2,
  disallowedByPolicy: 3,
  rollbackNotAvailable: 20,
  returnFallbackProfile: 21,
  undefinedError: 127,
})
export type DeleteProfileResult = Infer<typeof DeleteProfileResult>

export const ProfileInfoListError = namedInteger({
  incorrectInputValues: 1,
  profileChangeOngoing: 11,
  undefinedError: 127,
})
export type ProfileInfoListError = Infer<typeof ProfileInfoListError>

export const ProfileInfoListResponse = choice('BF2D', {
  profileInfoListOk: alternative('A0', sequenceOf('A0', 'E3', ProfileInfo)),
  profileInfoListError: alternative('81', ProfileInfoListError),
})
export type ProfileInfoListResponse = Infer<typeof ProfileInfoListResponse>

export const RollbackProfileResult = namedInteger({ ok: 0, undefinedError: 127 })
export type RollbackProfileResult = Infer<typeof RollbackProfileResult>

export const SetFallbackAttributeResult = namedInteger({
  ok: 0,
  iccidOrAidNotFound: 1,
  fallbackNotAllowed: 2,
  fallbackProfileEnabled: 3,
  undefinedError: 127,
})
export type SetFallbackAttributeResult = Infer<typeof SetFallbackAttributeResult>

export const UnsetFallbackAttributeResult = namedInteger({
  ok: 0,
  noFallbackAttribute: 2,
  fallbackProfileEnabled: 3,
  commandError: 7,
  undefinedError: 127,
})
export type UnsetFallbackAttributeResult = Infer<typeof UnsetFallbackAttributeResult>

export const AddEimResultCode = namedInteger({
  ok: 0,
  insufficientMemory: 1,
  associatedEimAlreadyExists: 2,
  ciPKUnknown: 3,
  invalidAssociationToken: 5,
  counterValueOutOfRange: 6,
  commandError: 7,
  undefinedError: 127,
})

export const AddEimResult = choice(UNTAGGED, {
  associationToken: alternative('84', integer),
  addEimResultCode: alternative('02', AddEimResultCode),
})
export type AddEimResult = Infer<typeof AddEimResult>

export const DeleteEimResult = namedInteger({
  ok: 0,
  eimNotFound: 1,
  lastEimDeleted: 2,
  commandError: 7,
  undefinedError: 127,
})
export type DeleteEimResult = Infer<typeof DeleteEimResult>

export const UpdateEimResult = namedInteger({
  ok: 0,
  eimNotFound: 1,
  ciPKUnknown: 3,
  counterValueOutOfRange: 6,
  commandError: 7,
  undefinedError: 127,
})
export type UpdateEimResult = Infer<typeof UpdateEimResult>

export const EimIdInfo = sequence('30', {
  eimId: field('80', utf8String(size(1, 128))),
  eimIdType: optional('82', EimIdType),
})
export type EimIdInfo = Infer<typeof EimIdInfo>

export const ListEimError = namedInteger({ undefinedError: 127 })

export const ListEimResult = choice(UNTAGGED, {
  eimIdList: alternative('A0', sequenceOf('A0', '30', EimIdInfo)),
  listEimError: alternative('81', ListEimError),
})
export type ListEimResult = Infer<typeof ListEimResult>

export const SetDefaultDpAddressResult = namedInteger({ ok: 0, undefinedError: 127 })

export const SetDefaultDpAddressResponse = sequence('BF65', {
  setDefaultDpAddressResult: field('80', SetDefaultDpAddressResult),
})
export type SetDefaultDpAddressResponse = Infer<typeof SetDefaultDpAddressResponse>

export const ProcessingTerminated = namedInteger({
  resultSizeOverflow: 1,
  unknownOrDamagedCommand: 2,
  interruption: 3,
  undefinedError: 127,
})

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

export const EuiccPackageResultDataSigned = sequence('30', {
  eimId: field('80', utf8String(size(1, 128))),
  counterValue: field('81', integer),
  eimTransactionId: optional('82', octetString(size(1, 16))),
  seqNumber: field('83', integer),
  euiccResult: field('30', sequenceOf('30', UNTAGGED, EuiccResultData)),
})
export type EuiccPackageResultDataSigned = Infer<typeof EuiccPackageResultDataSigned>

export const EuiccPackageResultSigned = sequence('30', {
  euiccPackageResultDataSigned: field('30', EuiccPackageResultDataSigned),
  euiccSignEPR: field('5F37', octetString()),
})
export type EuiccPackageResultSigned = Infer<typeof EuiccPackageResultSigned>

export const EuiccPackageUnsignedErrorCode = namedInteger({ sizeOverflow: 15, undefinedError: 127 })
export type EuiccPackageUnsignedErrorCode = Infer<typeof EuiccPackageUnsignedErrorCode>

export const EuiccPackageErrorUnsigned = sequence('30', {
  eimId: field('80', utf8String(size(1, 128))),
  eimTransactionId: optional('82', octetString(size(1, 16))),
  associationToken: optional('84', integer),
  euiccPackageUnsignedErrorCode: optional('8F', EuiccPackageUnsignedErrorCode),
})
export type EuiccPackageErrorUnsigned = Infer<typeof EuiccPackageErrorUnsigned>

export const EuiccPackageResult = choice('BF51', {
  euiccPackageResultSigned: alternative('A0', EuiccPackageResultSigned),
  euiccPackageErrorSigned: alternative('A1', EuiccPackageErrorSigned),
  euiccPackageErrorUnsigned: alternative('A2', EuiccPackageErrorUnsigned),
})
export type EuiccPackageResult = Infer<typeof EuiccPackageResult>

export const EuiccPackageResultList = sequenceOf('30', 'BF51', EuiccPackageResult)
export type EuiccPackageResultList = Infer<typeof EuiccPackageResultList>

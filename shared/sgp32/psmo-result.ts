/** How each PSMO ended (SGP.32 §2.11.2.1). */
import { alternative, choice, field, type Infer, namedInteger, sequence, sequenceOf } from '../asn1/index.ts'
import { ProfileInfo } from './profile-info.ts'
import { bareProfileList } from './tolerance.ts'

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

export const ProfileInfoListResponse = choice(
  'BF2D',
  {
    profileInfoListOk: alternative('A0', sequenceOf('A0', 'E3', ProfileInfo)),
    profileInfoListError: alternative('81', ProfileInfoListError),
  },
  bareProfileList,
)
export type ProfileInfoListResponse = Infer<typeof ProfileInfoListResponse>

export const ConfigureImmediateEnableResult = namedInteger({
  ok: 0,
  insufficientMemory: 1,
  commandError: 7,
  undefinedError: 127,
})
export type ConfigureImmediateEnableResult = Infer<typeof ConfigureImmediateEnableResult>

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

export const SetDefaultDpAddressResult = namedInteger({ ok: 0, undefinedError: 127 })
export type SetDefaultDpAddressResult = Infer<typeof SetDefaultDpAddressResult>

export const SetDefaultDpAddressResponse = sequence('BF65', {
  setDefaultDpAddressResult: field('80', SetDefaultDpAddressResult),
})
export type SetDefaultDpAddressResponse = Infer<typeof SetDefaultDpAddressResponse>

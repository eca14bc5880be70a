/** ES10c functions, with which the user of a consumer device manages profiles; an IoT eUICC has PSMO instead. */
import {
  alternative,
  boolean,
  choice,
  field,
  type Infer,
  namedBits,
  namedInteger,
  sequence,
  size,
  utf8String,
} from '../asn1/index.ts'
import { Iccid } from './iccid.ts'
import { Octet1, Octet16, OctetTo16 } from './octet-strings.ts'

const profile = { isdpAid: alternative('4F', OctetTo16), iccid: alternative('5A', Iccid) }
const change = { profileIdentifier: field('A0', choice('A0', profile)), refreshFlag: field('81', boolean) }

export const EnableProfileRequest = sequence('BF31', change)
export type EnableProfileRequest = Infer<typeof EnableProfileRequest>

export const EnableProfileResponse = sequence('BF31', {
  enableResult: field(
    '80',
    namedInteger({
      ok: 0,
      iccidOrAidNotFound: 1,
      profileNotInDisabledState: 2,
      disallowedByPolicy: 3,
      wrongProfileReenabling: 4,
      catBusy: 5,
      undefinedError: 127,
    }),
  ),
})
export type EnableProfileResponse = Infer<typeof EnableProfileResponse>

export const DisableProfileRequest = sequence('BF32', change)
export type DisableProfileRequest = Infer<typeof DisableProfileRequest>

export const DisableProfileResponse = sequence('BF32', {
  disableResult: field(
    '80',
    namedInteger({
      ok: 0,
      iccidOrAidNotFound: 1,
      profileNotInEnabledState: 2,
      disallowedByPolicy: 3,
      catBusy: 5,
      undefinedError: 127,
    }),
  ),
})
export type DisableProfileResponse = Infer<typeof DisableProfileResponse>

export const DeleteProfileRequest = choice('BF33', profile)
export type DeleteProfileRequest = Infer<typeof DeleteProfileRequest>

export const DeleteProfileResponse = sequence('BF33', {
  deleteResult: field(
    '80',
    namedInteger({
      ok: 0,
      iccidOrAidNotFound: 1,
      profileNotInDisabledState: 2,
      disallowedByPolicy: 3,
      undefinedError: 127,
    }),
  ),
})
export type DeleteProfileResponse = Infer<typeof DeleteProfileResponse>

export const SetNicknameRequest = sequence('BF29', {
  iccid: field('5A', Iccid),
  profileNickname: field('90', utf8String(size(0, 64))),
})
export type SetNicknameRequest = Infer<typeof SetNicknameRequest>

export const SetNicknameResponse = sequence('BF29', {
  setNicknameResult: field('80', namedInteger({ ok: 0, iccidNotFound: 1, undefinedError: 127 })),
})
export type SetNicknameResponse = Infer<typeof SetNicknameResponse>

export const EuiccMemoryResetRequest = sequence('BF34', {
  resetOptions: field(
    '82',
    namedBits(['deleteOperationalProfiles', 'deleteFieldLoadedTestProfiles', 'resetDefaultSmdpAddress']),
  ),
})
export type EuiccMemoryResetRequest = Infer<typeof EuiccMemoryResetRequest>

export const EuiccMemoryResetResponse = sequence('BF34', {
  resetResult: field('80', namedInteger({ ok: 0, nothingToDelete: 1, catBusy: 5, undefinedError: 127 })),
})
export type EuiccMemoryResetResponse = Infer<typeof EuiccMemoryResetResponse>

export const GetEuiccDataRequest = sequence('BF3E', { tagList: field('5C', Octet1) })
export type GetEuiccDataRequest = Infer<typeof GetEuiccDataRequest>

export const GetEuiccDataResponse = sequence('BF3E', { eidValue: field('5A', Octet16) })
export type GetEuiccDataResponse = Infer<typeof GetEuiccDataResponse>

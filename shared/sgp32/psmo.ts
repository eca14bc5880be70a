/** PSMO: what a package may ask about profiles. */
import {
  alternative,
  choice,
  field,
  type Infer,
  nothing,
  objectIdentifier,
  optional,
  sequence,
  UNTAGGED,
  utf8String,
} from '../asn1/index.ts'
import { Iccid } from '../sgp22/iccid.ts'
import { ProfileInfoListRequest } from '../sgp22/profile-info.ts'

export const SetDefaultDpAddressRequest = sequence('BF65', { defaultDpAddress: field('80', utf8String()) })
export type SetDefaultDpAddressRequest = Infer<typeof SetDefaultDpAddressRequest>

/** SGP.32 §2.11.1.1; in a psmoList `A8` and `A9` are not what they are in an ecoList. */
export const Psmo = choice(UNTAGGED, {
  enable: alternative(
    'A3',
    sequence('A3', { iccid: field('5A', Iccid), rollbackFlag: optional('05', nothing) }),
  ),
  disable: alternative('A4', sequence('A4', { iccid: field('5A', Iccid) })),
  delete: alternative('A5', sequence('A5', { iccid: field('5A', Iccid) })),
  listProfileInfo: alternative('BF2D', ProfileInfoListRequest),
  getRAT: alternative('A6', sequence('A6', {})),
  configureImmediateEnable: alternative(
    'A7',
    sequence('A7', {
      immediateEnableFlag: optional('80', nothing),
      defaultSmdpOid: optional('81', objectIdentifier),
      defaultSmdpAddress: optional('82', utf8String()),
    }),
  ),
  setFallbackAttribute: alternative('A8', sequence('A8', { iccid: field('5A', Iccid) })),
  unsetFallbackAttribute: alternative('A9', sequence('A9', {})),
  setDefaultDpAddress: alternative('BF65', SetDefaultDpAddressRequest),
})
export type Psmo = Infer<typeof Psmo>

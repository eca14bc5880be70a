/** TODO */
import {
  alternative,
  choice,
  field,
  type Infer,
  nothing,
  objectIdentifier,
  octetString,
  optional,
  sequence,
  size,
  UNTAGGED,
  utf8String,
} from '../asn1/index.ts'
import { ProfileInfoListRequest } from '../sgp22/objects.ts'

export const SetDefaultDpAddressRequest = sequence('BF65', { defaultDpAddress: field('80', utf8String()) })
export type SetDefaultDpAddressRequest = Infer<typeof SetDefaultDpAddressRequest>

export const Psmo = choice(UNTAGGED, {
  enable: alternative(
    'A3',
    sequence('A3', { iccid: field('5A', octetString(size(10))), rollbackFlag: optional('05', nothing) }),
  ),
  disable: alternative('A4', sequence('A4', { iccid: field('5A', octetString(size(10))) })),
  delete: alternative('A5', sequence('A5', { iccid: field('5A', octetString(size(10))) })),
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
  setFallbackAttribute: alternative('A8', sequence('A8', { iccid: field('5A', octetString(size(10))) })),
  unsetFallbackAttribute: alternative('A9', sequence('A9', {})),
  setDefaultDpAddress: alternative('BF65', SetDefaultDpAddressRequest),
})
export type Psmo = Infer<typeof Psmo>

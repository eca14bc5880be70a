/** ES10a and the selection of the ISD-R: addresses that a consumer eUICC has of servers, and its own LPA. */
import { field, type Infer, namedBits, namedInteger, optional, sequence, utf8String } from '../asn1/index.ts'
import { VersionType } from './octet-strings.ts'

export const EuiccConfiguredAddressesRequest = sequence('BF3C', {})
export type EuiccConfiguredAddressesRequest = Infer<typeof EuiccConfiguredAddressesRequest>

export const EuiccConfiguredAddressesResponse = sequence('BF3C', {
  defaultDpAddress: optional('80', utf8String()),
  rootDsAddress: field('81', utf8String()),
})
export type EuiccConfiguredAddressesResponse = Infer<typeof EuiccConfiguredAddressesResponse>

export const SetDefaultDpAddressRequest = sequence('BF3F', { defaultDpAddress: field('80', utf8String()) })
export type SetDefaultDpAddressRequest = Infer<typeof SetDefaultDpAddressRequest>

export const SetDefaultDpAddressResponse = sequence('BF3F', {
  setDefaultDpAddressResult: field('80', namedInteger({ ok: 0, undefinedError: 127 })),
})
export type SetDefaultDpAddressResponse = Infer<typeof SetDefaultDpAddressResponse>

/** Read from the ISD-R at selection. */
export const ISDRProprietaryApplicationTemplate = sequence('E0', {
  svn: field('82', VersionType),
  lpaeSupport: optional('03', namedBits(['lpaeUsingCat', 'lpaeUsingScws'])),
})
export type ISDRProprietaryApplicationTemplate = Infer<typeof ISDRProprietaryApplicationTemplate>

export const LpaeActivationRequest = sequence('BF42', {
  lpaeOption: field('80', namedBits(['activateCatBasedLpae', 'activateScwsBasedLpae'])),
})
export type LpaeActivationRequest = Infer<typeof LpaeActivationRequest>

export const LpaeActivationResponse = sequence('BF42', {
  lpaeActivationResult: field('80', namedInteger({ ok: 0, notSupported: 1 })),
})
export type LpaeActivationResponse = Infer<typeof LpaeActivationResponse>

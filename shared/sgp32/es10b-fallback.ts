/** ES10b functions between IPA and eUICC that leave the enabled profile in need: fallback and emergency. */
import { boolean, field, type Infer, namedInteger, sequence } from '../asn1/index.ts'

export const ExecuteFallbackMechanismRequest = sequence('BF5D', { refreshFlag: field('80', boolean) })
export type ExecuteFallbackMechanismRequest = Infer<typeof ExecuteFallbackMechanismRequest>

export const ExecuteFallbackMechanismResult = namedInteger({
  ok: 0,
  profileNotInDisabledState: 2,
  catBusy: 5,
  fallbackNotAvailable: 6,
  commandError: 7,
  ecallActive: 104,
  undefinedError: 127,
})
export type ExecuteFallbackMechanismResult = Infer<typeof ExecuteFallbackMechanismResult>

export const ExecuteFallbackMechanismResponse = sequence('BF5D', {
  executeFallbackMechanismResult: field('80', ExecuteFallbackMechanismResult),
})
export type ExecuteFallbackMechanismResponse = Infer<typeof ExecuteFallbackMechanismResponse>

export const ReturnFromFallbackRequest = sequence('BF5E', { refreshFlag: field('80', boolean) })
export type ReturnFromFallbackRequest = Infer<typeof ReturnFromFallbackRequest>

export const ReturnFromFallbackResult = namedInteger({
  ok: 0,
  catBusy: 5,
  fallbackNotAvailable: 6,
  commandError: 7,
  undefinedError: 127,
})
export type ReturnFromFallbackResult = Infer<typeof ReturnFromFallbackResult>

export const ReturnFromFallbackResponse = sequence('BF5E', {
  returnFromFallbackResult: field('80', ReturnFromFallbackResult),
})
export type ReturnFromFallbackResponse = Infer<typeof ReturnFromFallbackResponse>

export const EnableEmergencyProfileRequest = sequence('BF5B', { refreshFlag: field('80', boolean) })
export type EnableEmergencyProfileRequest = Infer<typeof EnableEmergencyProfileRequest>

export const EnableEmergencyProfileResult = namedInteger({
  ok: 0,
  profileNotInDisabledState: 2,
  catBusy: 5,
  ecallNotAvailable: 8,
  undefinedError: 127,
})
export type EnableEmergencyProfileResult = Infer<typeof EnableEmergencyProfileResult>

export const EnableEmergencyProfileResponse = sequence('BF5B', {
  enableEmergencyProfileResult: field('80', EnableEmergencyProfileResult),
})
export type EnableEmergencyProfileResponse = Infer<typeof EnableEmergencyProfileResponse>

export const DisableEmergencyProfileRequest = sequence('BF5C', { refreshFlag: field('80', boolean) })
export type DisableEmergencyProfileRequest = Infer<typeof DisableEmergencyProfileRequest>

export const DisableEmergencyProfileResult = namedInteger({
  ok: 0,
  profileNotInEnabledState: 2,
  catBusy: 5,
  ecallNotAvailable: 8,
  undefinedError: 127,
})
export type DisableEmergencyProfileResult = Infer<typeof DisableEmergencyProfileResult>

export const DisableEmergencyProfileResponse = sequence('BF5C', {
  disableEmergencyProfileResult: field('80', DisableEmergencyProfileResult),
})
export type DisableEmergencyProfileResponse = Infer<typeof DisableEmergencyProfileResponse>

/** What happens to a device without its eIM, and how its IPA tells of it: notifyStateChange with a cause (SGP.32 §5.14.5). */
import { StateChangeCause } from '../../shared/sgp32/index.ts'
import { euiccMemoryReset, executeFallback, returnFromFallback } from './es10b.ts'
import { profileOf, switchTo } from './euicc-state.ts'
import type { SimulatedIpa } from './simulated-ipa.ts'

export type LocalEvent =
  | { readonly kind: 'fallback' }
  | { readonly kind: 'return-from-fallback' }
  /** Somebody at the device switches to this profile; null leaves none enabled. */
  | { readonly kind: 'local-switch'; readonly iccid: string | null }
  /** An emergency call begins: the profile for it, if there is one, takes over. */
  | { readonly kind: 'emergency-call' }
  | { readonly kind: 'memory-reset' }
  /** The card was put into another device. */
  | { readonly kind: 'device-change' }

/** Lets it happen; false when the card would not. The next poll tells the eIM. */
export function happen(ipa: SimulatedIpa, event: LocalEvent): boolean {
  const cause = act(ipa, event)
  if (cause === null) return false
  ipa.announce({ stateChangeCause: cause })
  return true
}

function act({ euicc }: SimulatedIpa, event: LocalEvent): number | null {
  const { codes } = StateChangeCause
  switch (event.kind) {
    case 'fallback':
      return executeFallback(euicc) === 0 ? codes.fallback : null
    case 'return-from-fallback':
      return returnFromFallback(euicc) === 0 ? codes.fallback : null
    case 'local-switch': {
      const wanted = event.iccid === null ? null : profileOf(euicc.state, event.iccid)
      if (wanted === undefined) return null
      euicc.notify(switchTo(euicc.state, wanted))
      return codes.local
    }
    case 'emergency-call': {
      const emergency = euicc.state.profiles.find(({ ecallIndication }) => ecallIndication)
      euicc.state.ecallActive = true
      if (emergency) euicc.notify(switchTo(euicc.state, emergency))
      return codes.emergencyProfile
    }
    case 'memory-reset':
      return euiccMemoryReset(euicc, ['deleteOperationalProfiles']).resetResult === 0 ? codes.reset : null
    case 'device-change':
      return codes.deviceChange
  }
}

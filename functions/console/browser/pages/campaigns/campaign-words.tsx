/** The states of campaigns and of their eUICCs in words and tones. */
import type { CampaignState, TargetStatus } from '../../api/campaigns.ts'
import type { SeriesTone } from '../../charts/chart-frame.tsx'
import { Badge, type Tone } from '../../parts/badge.tsx'

const STATE_TONES: Readonly<Record<CampaignState, Tone>> = {
  preparing: 'busy',
  ready: 'busy',
  running: 'busy',
  paused: 'warn',
  finished: 'good',
  aborted: 'bad',
  expired: 'warn',
}

export function CampaignBadge({ state }: { readonly state: CampaignState }) {
  return <Badge tone={STATE_TONES[state]} text={state} />
}

export const TARGET_TONES: Readonly<Record<TargetStatus, SeriesTone & Tone>> = {
  waiting: 'idle',
  queued: 'idle',
  delivered: 'busy',
  lost: 'warn',
  retrying: 'busy',
  succeeded: 'good',
  failed: 'bad',
  expired: 'warn',
  cancelled: 'idle',
  skipped: 'idle',
}

export function TargetBadge({ status }: { readonly status: TargetStatus }) {
  return <Badge tone={TARGET_TONES[status]} text={status} />
}

/** As they follow each other on a bar: first what has ended. */
export const ON_A_BAR = ['succeeded', 'failed', 'expired', 'lost', 'delivered', 'retrying'] as const

export const PAUSE_WORDS: Readonly<Record<string, string>> = {
  operator: 'Somebody paused it',
  failures: 'Too many failed, so it paused itself',
  lost: 'Devices took the package and went silent, so it paused itself',
  'wave-failed': 'The wave did not pass its gate',
  'wave-done': 'The wave has passed its gate and waits for your word',
}

export const SKIP_WORDS: Readonly<Record<string, string>> = {
  'already-so': 'already so: nothing would change',
  'profile-not-there': 'the profile is not on it',
  'profile-enabled': 'the profile is enabled',
  'unknown-eid': 'not enrolled',
  retired: 'retired',
}

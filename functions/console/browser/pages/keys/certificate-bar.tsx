import type { SigningKey } from '../../api/keys.ts'
import type { SeriesTone } from '../../charts/chart-frame.tsx'
import { useNow } from '../../live/hooks.ts'
import { Badge, type Tone } from '../../parts/badge.tsx'
import { exactTime, relativeTime } from '../../parts/time.ts'
import { validityOf } from './certificate-validity.ts'

const STATE_TONES: Readonly<Record<SigningKey['state'], Tone>> = {
  active: 'good',
  next: 'busy',
  retired: 'idle',
}
/** Renewing takes a rotation over all eUICCs. */
const SOON_MS = 60 * 86_400_000
const MINUTE_MS = 60_000

/** A signing key and how much of its certificate's life has passed. */
export function CertificateBar({ signingKey }: { readonly signingKey: SigningKey }) {
  const now = useNow(MINUTE_MS)
  const { id, state, certificate } = signingKey
  const validity = certificate === null ? null : validityOf(certificate)
  return (
    <div class="certificate">
      <div class="wave-head">
        <span class="mono">{id}</span>
        <Badge tone={STATE_TONES[state]} text={state} />
      </div>
      {validity ? (
        <>
          <span class="progress" aria-hidden="true">
            <span
              class={`bar ${toneAt(validity.to, now)}`}
              style={{ width: `${passed(validity, now) * 100}%` }}
            />
          </span>
          <span class="note" title={exactTime(validity.to)}>
            Certificate {now > validity.to ? 'expired' : 'expires'} {relativeTime(validity.to, now)}
          </span>
        </>
      ) : (
        <span class="note">
          {certificate === null
            ? 'A bare public key: it does not expire'
            : 'Its certificate cannot be read here'}
        </span>
      )}
    </div>
  )
}

function toneAt(end: number, now: number): SeriesTone {
  if (now > end) return 'bad'
  return end - now < SOON_MS ? 'warn' : 'good'
}

function passed({ from, to }: { readonly from: number; readonly to: number }, now: number): number {
  return Math.min(1, Math.max(0.01, (now - from) / (to - from)))
}

import type { Campaign } from '../../api/campaigns.ts'
import { endedIn, failuresIn, likelyShare } from '../../api/tally.ts'
import { LimitBar } from '../../charts/limit-bar.tsx'
import { percent } from '../../charts/scale.ts'
import { Panel } from '../../parts/page.tsx'
import { duration } from '../../parts/time.ts'

/** Fewer ended eUICCs than this never pause a campaign by failures. */
const SMALLEST_SAMPLE = 5

/** How near the campaign is to pausing itself. */
export function CampaignLimits({ campaign: { pauseAt, total } }: { readonly campaign: Campaign }) {
  const failures = failuresIn(total)
  const ended = endedIn(total)
  const { low, high } = likelyShare(failures, ended)
  const { failurePercent, lost, lostAfterSeconds } = pauseAt
  const top = Math.min(
    1,
    Math.max(0.1, ((failurePercent ?? 0) / 100) * 2, ended === 0 ? 0 : (failures / ended) * 1.6),
  )
  return (
    <Panel title="Limits" note="Since the start; after a resume only what came later counts">
      <LimitBar
        label="Failure rate"
        text={ended === 0 ? '–' : `${failures} of ${ended}, ${percent(failures / ended)}`}
        parts={[{ name: 'failed or expired', value: ended === 0 ? 0 : failures / ended, tone: 'bad' }]}
        most={top}
        limit={failurePercent === null ? null : failurePercent / 100}
        band={ended === 0 ? undefined : { low, high }}
        limitText={failureText(failurePercent, low, ended)}
      />
      <LimitBar
        label="Lost"
        text={`${total.lost}${lost === null ? '' : ` of ${lost}`}`}
        parts={[{ name: 'lost', value: total.lost, tone: 'warn' }]}
        most={Math.max(total.lost, lost ?? 0, 1) * 1.25}
        limit={lost}
        limitText={
          lost === null
            ? 'Losses never pause it'
            : `Pauses at ${lost}: took the package, then silent for ${duration(lostAfterSeconds * 1000)}`
        }
      />
      <p class="note limit-note">
        The track of the failure rate ends at {percent(top)}. The thin band is where the true rate lies, with
        95 % confidence (Wilson).
      </p>
    </Panel>
  )
}

function failureText(limit: number | null, low: number, ended: number): string {
  if (limit === null) return 'Failures never pause it'
  if (ended < SMALLEST_SAMPLE) return `Pauses when surely above ${limit} %; too few have ended to judge`
  return `Pauses when the lower end of the band, now ${percent(low)}, is above ${limit} %`
}

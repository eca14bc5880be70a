import type { Campaign, Wave } from '../../api/campaigns.ts'
import { countedIn, endedIn } from '../../api/tally.ts'
import { LimitBar } from '../../charts/limit-bar.tsx'
import { Badge, type Tone } from '../../parts/badge.tsx'
import { Panel } from '../../parts/page.tsx'
import { duration } from '../../parts/time.ts'
import { ON_A_BAR, TARGET_TONES } from './campaign-words.tsx'

const WAVE_TONES: Readonly<Record<Wave['state'], Tone>> = { waiting: 'idle', running: 'busy', passed: 'good' }

/** The funnel: each wave, how much of it has ended, how much of that in success, and the gate it has to pass. */
export function CampaignWaves({ campaign: { waves, gate } }: { readonly campaign: Campaign }) {
  return (
    <Panel title="Waves" note={gateInWords(gate)}>
      <ol>
        {waves.map((wave) => (
          <li key={wave.number} class="wave">
            <WaveRow wave={wave} gate={gate} isLast={wave.number === waves.length} />
          </li>
        ))}
      </ol>
    </Panel>
  )
}

function gateInWords({ soakSeconds, advance }: Campaign['gate']): string {
  const soak = soakSeconds === 0 ? '' : ` after watching for ${duration(soakSeconds * 1000)} more`
  return advance === 'manual'
    ? `A wave that passed its gate waits for your word${soak}`
    : `The next wave starts by itself${soak}`
}

interface WaveRowProps {
  readonly wave: Wave
  readonly gate: Campaign['gate']
  readonly isLast: boolean
}

function WaveRow({ wave: { number, size, state, tally }, gate, isLast }: WaveRowProps) {
  const ended = endedIn(tally)
  const counted = countedIn(tally)
  return (
    <>
      <div class="wave-head">
        <h3>{number === 1 && !isLast ? 'Canary' : `Wave ${number}`}</h3>
        <Badge tone={WAVE_TONES[state]} text={state} />
        <span class="note">
          {size.toLocaleString('en')} {size === 1 ? 'eUICC' : 'eUICCs'}
        </span>
      </div>
      {state !== 'waiting' && (
        <div class="wave-bars">
          <LimitBar
            label="Ended"
            text={`${ended} of ${counted}`}
            parts={ON_A_BAR.map((status) => ({
              name: status,
              value: tally[status],
              tone: TARGET_TONES[status],
            }))}
            most={counted}
            limit={(counted * gate.endedPercent) / 100}
            limitText={`Gate: ${gate.endedPercent} % ended`}
          />
          <LimitBar
            label="In success, of those"
            text={ended === 0 ? '–' : `${Math.round((tally.succeeded / ended) * 1000) / 10} %`}
            parts={[{ name: 'succeeded', value: tally.succeeded, tone: 'good' }]}
            most={Math.max(1, ended)}
            limit={ended === 0 ? null : (ended * gate.successPercent) / 100}
            limitText={`Gate: ${gate.successPercent} % in success`}
          />
        </div>
      )}
    </>
  )
}

import type { Campaign } from '../../api/campaigns.ts'
import { concernedIn } from '../../api/tally.ts'
import { Ago } from '../../parts/ago.tsx'
import { Icon } from '../../parts/icon.tsx'
import { PAUSE_WORDS } from './campaign-words.tsx'

/** Where the campaign stands and why, in words. */
export function CampaignStanding({ campaign }: { readonly campaign: Campaign }) {
  const { state, pause, total, startedAt, endedAt, waves } = campaign
  const concerned = concernedIn(total).toLocaleString('en')
  const running = waves.find((wave) => wave.state === 'running')
  switch (state) {
    case 'paused':
      return (
        <section class="notice warn" aria-label="Why it is paused">
          <Icon name="warning" />
          <div>
            <p>
              <strong>{PAUSE_WORDS[pause?.code ?? ''] ?? 'It is paused'}</strong>
            </p>
            <p>
              {sentence(pause?.detail ?? 'Nobody said why')} Nothing is handed out meanwhile.
              {pause && (
                <>
                  {' '}
                  <code>{pause.code}</code>
                </>
              )}
            </p>
          </div>
        </section>
      )
    case 'preparing':
      return (
        <p class="why">
          Looking up whom it concerns: {concerned} so far, {total.skipped} left out.
        </p>
      )
    case 'ready':
      return (
        <p class="why">
          Nothing has been sent. It will concern {concerned} {concerned === '1' ? 'eUICC' : 'eUICCs'} in{' '}
          {waves.length} {waves.length === 1 ? 'wave' : 'waves'}, {total.skipped} are left out: look through
          them below, then start.
        </p>
      )
    case 'running':
      return (
        <p class="why">
          {running ? `Wave ${running.number} of ${waves.length} is running` : 'It is running'}, started{' '}
          <Ago at={startedAt} />.
        </p>
      )
    default:
      return (
        <p class="why">
          {ENDS[state]}, <Ago at={endedAt} />.
        </p>
      )
  }
}

const ENDS = {
  finished: 'Every eUICC has ended',
  aborted: 'Somebody ended it before it was through',
  expired: 'Its deadline came before it was through',
} as const

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

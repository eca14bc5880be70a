import { useState } from 'hono/jsx/dom'
import { type Campaign, hasEnded } from '../../api/campaigns.ts'
import { post } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx'
import { ProblemNotice } from '../../parts/notice.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { announce } from '../../shell/announcer.ts'

type Command = 'start' | 'pause' | 'resume' | 'advance' | 'abort'

interface CampaignControlsProps {
  readonly campaign: Campaign
  readonly onChanged: () => void
}

/** Stopping takes one click; going on with what had stopped itself, and ending for good, take two. */
export function CampaignControls({ campaign, onChanged }: CampaignControlsProps) {
  const mayWrite = useMay('campaigns:write')
  const { isBusy, problem, run } = useSubmit()
  const [asked, setAsked] = useState<'start' | 'resume' | 'advance' | 'abort' | null>(null)
  if (!mayWrite) return null
  const { id, state } = campaign
  const command = async (name: Command) => {
    await post(`/v1/campaigns/${id}/${name}`)
    announce(DONE[name])
    onChanged()
  }
  return (
    <>
      {state === 'running' && (
        <button
          type="button"
          class="button stop"
          disabled={isBusy}
          onClick={() => void run(() => command('pause'))}
        >
          Pause
        </button>
      )}
      {(state === 'preparing' || state === 'ready') && (
        <button type="button" class="button primary" onClick={() => setAsked('start')}>
          Start …
        </button>
      )}
      {state === 'paused' && (
        <>
          <button type="button" class="button primary" onClick={() => setAsked('resume')}>
            Resume …
          </button>
          <button type="button" class="button" onClick={() => setAsked('advance')}>
            Next wave …
          </button>
        </>
      )}
      {!hasEnded(state) && (
        <button type="button" class="button danger" onClick={() => setAsked('abort')}>
          Abort …
        </button>
      )}
      {problem && <ProblemNotice problem={problem} />}
      {asked && (
        <ConfirmDialog
          title={QUESTIONS[asked].title}
          action={QUESTIONS[asked].action}
          tone={asked === 'abort' ? 'danger' : 'primary'}
          onConfirm={() => command(asked)}
          onClose={() => setAsked(null)}
        >
          <p>{QUESTIONS[asked].text}</p>
          {campaign.pause && asked !== 'abort' && (
            <p>
              It is paused because: <strong>{campaign.pause.detail}</strong>.
            </p>
          )}
        </ConfirmDialog>
      )}
    </>
  )
}

const DONE: Readonly<Record<Command, string>> = {
  start: 'The campaign starts',
  pause: 'The campaign is paused',
  resume: 'The campaign goes on',
  advance: 'The next wave starts',
  abort: 'The campaign is aborted',
}

const QUESTIONS = {
  start: {
    title: 'Start the campaign?',
    action: 'Start the first wave',
    text: 'The first wave is queued at once. Nothing leaves outside its window, and you can pause at any time.',
  },
  resume: {
    title: 'Go on with the campaign?',
    action: 'Resume',
    text: 'Failures and losses so far no longer count for the next automatic pause. At the gate of a wave it goes on to the next.',
  },
  advance: {
    title: 'Go on with the next wave?',
    action: 'Start the next wave',
    text: 'The next wave starts at once, whatever the gate of this one says. Failures and losses so far no longer count for the next automatic pause.',
  },
  abort: {
    title: 'Abort the campaign?',
    action: 'Abort for good',
    text: 'What has not left is cancelled; what was handed out still ends by itself. An aborted campaign cannot go on.',
  },
} as const

import { useState } from 'hono/jsx/dom'
import { ask, post } from '../../api/client.ts'
import type { WebhookEndpoint } from '../../api/webhooks.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { TextField } from '../../parts/field.tsx'
import { ProblemNotice } from '../../parts/notice.tsx'
import { errorAt, errorsOf } from '../../parts/problem-errors.ts'
import { wordsIn } from '../../parts/text-lists.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { EndpointFields, endpointBody } from './endpoint-fields.tsx'

interface EditEndpointProps {
  readonly endpoint: WebhookEndpoint
  readonly onClose: () => void
  readonly onChanged: () => void
}

export function EditEndpoint({ endpoint, onClose, onChanged }: EditEndpointProps) {
  const { isBusy, problem, submit } = useSubmit()
  const change = submit(async (texts) => {
    await ask('PATCH', `/v1/webhook-endpoints/${endpoint.id}`, { body: endpointBody(texts) })
    onChanged()
    onClose()
  })
  return (
    <Dialog title="Edit the endpoint" onClose={onClose}>
      <form class="form" onSubmit={change}>
        {problem && <ProblemNotice problem={problem} />}
        <EndpointFields errors={errorsOf(problem)} endpoint={endpoint} />
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={isBusy}>
            Keep
          </button>
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  )
}

interface ReplayDialogProps {
  readonly id: string
  readonly onClose: () => void
  readonly onSent: () => void
}

/** Sends the events of a time again; goes on by itself where the API takes only so many at once. */
export function ReplayDialog({ id, onClose, onSent }: ReplayDialogProps) {
  const { isBusy, problem, submit } = useSubmit()
  const [sent, setSent] = useState<number | null>(null)
  const errors = errorsOf(problem)
  const replay = submit(async ({ from = '', to, types = '*' }) => {
    const until = to === undefined ? {} : { to: new Date(to).toISOString() }
    let next: string | null = new Date(from).toISOString()
    let count = 0
    while (next !== null) {
      const body: object = { from: next, ...until, types: wordsIn(types) }
      const answer: { events: number; next: string | null } = await post(
        `/v1/webhook-endpoints/${id}/replay`,
        body,
      )
      count += answer.events
      // The same moment again would never end.
      next = answer.next === next ? null : answer.next
      setSent(count)
    }
    onSent()
  })
  return (
    <Dialog title="Send the events of a time again" onClose={onClose}>
      <form class="form" onSubmit={replay}>
        {problem && <ProblemNotice problem={problem} />}
        {sent !== null && <p role="status">{sent.toLocaleString('en')} events are sent again.</p>}
        <div class="form-row">
          <TextField
            id="from"
            label="From"
            type="datetime-local"
            isRequired
            hint="Your time zone"
            error={errors['/from']}
          />
          <TextField id="to" label="To (optional)" type="datetime-local" error={errors['/to']} />
        </div>
        <TextField
          id="replay-types"
          name="types"
          label="Events"
          isMono
          value="*"
          error={errorAt(errors, '/types')}
        />
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={isBusy}>
            Send again
          </button>
          <button type="button" class="button" onClick={onClose}>
            Close
          </button>
        </div>
      </form>
    </Dialog>
  )
}

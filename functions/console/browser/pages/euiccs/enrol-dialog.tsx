/** Enrols one eUICC or many at once. */
import { useState } from 'hono/jsx/dom'
import { post } from '../../api/client.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { describedBy, Field, TextField } from '../../parts/field.tsx'
import { ProblemNotice } from '../../parts/notice.tsx'
import { labelsIn, wordsIn } from '../../parts/text-lists.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { announce } from '../../shell/announcer.ts'

interface EnrolDialogProps {
  readonly onClose: () => void
  readonly onEnrolled: () => void
}

interface Enrolled {
  readonly data: readonly { readonly status: 'enrolled' | 'existing' }[]
}

export function EnrolDialog({ onClose, onEnrolled }: EnrolDialogProps) {
  const { isBusy, problem, submit } = useSubmit()
  const [labelError, setLabelError] = useState<string | undefined>(undefined)
  const enrol = submit(async ({ eids = '', group, labels: labelText = '', expectedPollSeconds }) => {
    const labels = labelsIn(labelText)
    setLabelError(labels ? undefined : 'Give each as name=value')
    if (!labels) return
    const euiccs = wordsIn(eids).map((eid) => ({
      eid,
      labels,
      ...(group !== undefined && { group }),
      ...(expectedPollSeconds !== undefined && { expectedPollSeconds: Number(expectedPollSeconds) }),
    }))
    const { data } = await post<Enrolled>('/v1/euiccs', { euiccs })
    const fresh = data.filter(({ status }) => status === 'enrolled').length
    announce(`${fresh} enrolled, ${data.length - fresh} were already`)
    onEnrolled()
    onClose()
  })
  return (
    <Dialog title="Enrol eUICCs" onClose={onClose}>
      <form class="form" onSubmit={enrol}>
        {problem && <ProblemNotice problem={problem} />}
        <Field id="eids" label="EIDs" hint="32 digits each, one on a line; up to 250 at once">
          <textarea
            id="eids"
            name="eids"
            rows={4}
            class="mono"
            required
            spellcheck={false}
            aria-describedby={describedBy('eids')}
          />
        </Field>
        <div class="form-row">
          <TextField id="group" label="Group" />
          <TextField
            id="expectedPollSeconds"
            label="Expected poll interval"
            type="number"
            hint="Seconds between two contacts"
          />
        </div>
        <TextField id="labels" label="Labels" hint="name=value, name=value" error={labelError} />
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={isBusy}>
            Enrol
          </button>
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  )
}

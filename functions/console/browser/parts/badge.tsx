/** A word with a colour that only repeats what the word says. */

export type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'idle'

export function Badge({
  tone,
  text,
  title,
}: {
  readonly tone: Tone
  readonly text: string
  readonly title?: string
}) {
  return (
    <span class={`badge ${tone}`} title={title}>
      {text}
    </span>
  )
}

const OPERATION_TONES: Readonly<Record<string, Tone>> = {
  held: 'idle',
  queued: 'busy',
  delivered: 'busy',
  executed: 'busy',
  succeeded: 'good',
  failed: 'bad',
  expired: 'warn',
  cancelled: 'idle',
}

export function OperationBadge({ status }: { readonly status: string }) {
  return <Badge tone={OPERATION_TONES[status] ?? 'idle'} text={status} />
}

const PROFILE_TONES: Readonly<Record<string, Tone>> = { enabled: 'good', disabled: 'idle', unknown: 'warn' }

export function ProfileBadge({ state }: { readonly state: string }) {
  return <Badge tone={PROFILE_TONES[state] ?? 'idle'} text={state} />
}

/** How one eUICC stands, in a sentence or two: when it was heard, when it is expected, and what waits for that. */
import type { Child } from 'hono/jsx'
import type { Euicc } from '../../api/euiccs.ts'
import { isFinal, type Operation } from '../../api/operations.ts'
import { useNow } from '../../live/hooks.ts'
import { Ago } from '../../parts/ago.tsx'
import { Icon, type IconName } from '../../parts/icon.tsx'
import { duration } from '../../parts/time.ts'

interface StandingProps {
  readonly euicc: Euicc
  readonly operations: readonly Operation[]
}

export function Standing({ euicc, operations }: StandingProps) {
  const waiting = operations.filter(({ status }) => !isFinal(status)).toReversed()
  const [next] = waiting
  return (
    <section class="standing" aria-label="How it stands">
      <Contact euicc={euicc} />
      {next ? (
        <Line icon="clock" tone="busy">
          <a href={`/console/operations/${next.id}`}>
            {next.type} is {next.status}
          </a>
          {next.waiting && `: ${next.waiting.detail}`}
          {next.waiting?.nextExpectedAt && (
            <>
              , expected <Ago at={next.waiting.nextExpectedAt} />
            </>
          )}
          {waiting.length > 1 && `. ${waiting.length - 1} more behind it.`}
        </Line>
      ) : (
        <Line icon="check" tone="good">
          Nothing waits for it.
        </Line>
      )}
    </section>
  )
}

function Contact({ euicc }: { readonly euicc: Euicc }) {
  const now = useNow()
  const { lastSeenAt, nextExpectedAt, retiredAt, expectedPollSeconds } = euicc
  if (retiredAt !== null) {
    return (
      <Line icon="cross" tone="idle">
        Retired <Ago at={retiredAt} />: its polls are answered with “unknown”.
      </Line>
    )
  }
  if (lastSeenAt === null) {
    return (
      <Line icon="clock" tone="idle">
        Never heard. Enrolled <Ago at={euicc.enrolledAt} />.
      </Line>
    )
  }
  const lateMs = nextExpectedAt === null ? 0 : now - Date.parse(nextExpectedAt)
  const isLate = lateMs > 0
  return (
    <Line icon={isLate ? 'warning' : 'check'} tone={isLate ? 'warn' : 'good'}>
      Heard <Ago at={lastSeenAt} />
      {nextExpectedAt !== null && (isLate ? `, ${duration(lateMs)} past its time` : ', next expected ')}
      {nextExpectedAt !== null && !isLate && <Ago at={nextExpectedAt} />}
      {expectedPollSeconds !== null && ` (set to every ${duration(expectedPollSeconds * 1000)})`}.
    </Line>
  )
}

interface LineProps {
  readonly icon: IconName
  readonly tone: 'good' | 'warn' | 'busy' | 'idle'
  readonly children?: Child
}

function Line({ icon, tone, children }: LineProps) {
  return (
    <p class={`standing-line tone-${tone}`}>
      <Icon name={icon} />
      <span>{children}</span>
    </p>
  )
}

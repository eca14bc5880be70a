import { type Page as ListPage, post } from '../../api/client.ts'
import { useResource } from '../../api/resource.ts'
import { type Trigger, type TriggerCall, useMayChange } from '../../api/triggers.ts'
import { Ago } from '../../parts/ago.tsx'
import { Badge } from '../../parts/badge.tsx'
import { Empty, Loaded, ProblemNotice } from '../../parts/notice.tsx'
import { Panel } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { announce } from '../../shell/announcer.ts'

/** What a call sets off tells of itself; the call was recorded just before. */
const SET_OFF = /^(operation\.|campaign\.)/

export function CallList({ trigger }: { readonly trigger: Trigger }) {
  const mayReplay = useMayChange(trigger)
  const { problem, run } = useSubmit()
  const path = `/v1/triggers/${trigger.id}/calls`
  const calls = useResource<ListPage<TriggerCall>>(path, ({ type }) => SET_OFF.test(type), 1000)
  const replay = (callId: string) =>
    run(async () => {
      try {
        await post(`${path}/${encodeURIComponent(callId)}/replay`)
        announce('The call was made again')
      } finally {
        // One that is refused is a call too.
        calls.reload()
      }
    })
  const columns: readonly Column<TriggerCall>[] = [
    {
      title: 'When',
      cell: ({ receivedAt, messageId, replayOf }) => (
        <>
          <Ago at={receivedAt} />
          <div class="note mono">{replayOf === null ? messageId : `again ${replayOf}`}</div>
        </>
      ),
    },
    { title: 'Verdict', cell: ({ status }) => <Verdict status={status} /> },
    {
      title: 'Answer',
      cell: ({ id: callId, answer }) => <JsonDetails key={callId} value={answer} name="answer" />,
    },
    {
      title: 'Said',
      cell: ({ id: callId, body }) =>
        body === null ? (
          <span class="soft">not kept</span>
        ) : (
          <JsonDetails key={callId} value={body} name="body" />
        ),
    },
    ...(mayReplay
      ? [
          {
            title: 'Again',
            cell: ({ id: callId, body }: TriggerCall) =>
              body !== null && (
                <button type="button" class="button" onClick={() => void replay(callId)}>
                  Replay
                </button>
              ),
          },
        ]
      : []),
  ]
  return (
    <Panel
      title="Last calls"
      actions={
        <button type="button" class="button" onClick={calls.reload}>
          Look again
        </button>
      }
    >
      {problem && <ProblemNotice problem={problem} />}
      <Loaded resource={calls} what="its calls">
        {({ data }) =>
          data.length === 0 ? (
            <Empty title="Nobody has called yet">
              Have your system call the address above, or try it here.
            </Empty>
          ) : (
            <Table
              caption="Last calls, newest first"
              columns={columns}
              rows={data}
              keyOf={(call) => call.id}
            />
          )
        }
      </Loaded>
    </Panel>
  )
}

function Verdict({ status }: Pick<TriggerCall, 'status'>) {
  if (status === null) return <Badge tone="busy" text="running" />
  if (status < 300) return <Badge tone="good" text={`done (${status})`} />
  return status === 422 ? (
    <Badge tone="idle" text="no match (422)" />
  ) : (
    <Badge tone="bad" text={`refused (${status})`} />
  )
}

function JsonDetails({ value, name }: { readonly value: unknown; readonly name: string }) {
  return (
    <details>
      <summary>{name}</summary>
      <pre class="mono">{typeof value === 'string' ? value : JSON.stringify(value, null, 2)}</pre>
    </details>
  )
}

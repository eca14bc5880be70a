/** One operation: where it stands, why, and what the eUICC said; live until it has ended. */
import type { Child } from 'hono/jsx'
import { isFinal, type Operation } from '../../api/operations.ts'
import { useResource } from '../../api/resource.ts'
import { useEvents } from '../../live/hooks.ts'
import { Ago } from '../../parts/ago.tsx'
import { Badge, OperationBadge } from '../../parts/badge.tsx'
import { Copyable, EidLink } from '../../parts/identifier.tsx'
import { Loaded } from '../../parts/notice.tsx'
import { Page, Panel } from '../../parts/page.tsx'
import { announce } from '../../shell/announcer.ts'
import { OperationActions } from './operation-actions.tsx'
import { StatusPath } from './status-path.tsx'

interface OperationPageProps {
  readonly params: { readonly id?: string }
}

export function OperationPage({ params: { id = '' } }: OperationPageProps) {
  const operation = useResource<Operation>(`/v1/operations/${id}`, ({ data }) => data.operationId === id)
  useEvents(({ data }) => {
    if (data.operationId === id && typeof data.status === 'string')
      announce(`The operation is ${data.status}`)
  })
  const { value, reload } = operation
  return (
    <Page
      title={value?.type ?? 'Operation'}
      trail={[{ label: 'Operations', href: '/console/operations' }]}
      aside={value && <OperationBadge status={value.status} />}
      actions={value && <OperationActions operation={value} onChanged={reload} />}
    >
      <Loaded resource={operation} what="the operation">
        {(known) => (
          <>
            <StatusPath status={known.status} />
            <Why operation={known} />
            <div class="grid-2">
              <Asked operation={known} />
              <Answered operation={known} />
            </div>
          </>
        )}
      </Loaded>
    </Page>
  )
}

function Why({ operation }: { readonly operation: Operation }) {
  const { waiting, reason, mayHaveExecuted, status } = operation
  return (
    <section class="why" aria-label="Why it stands there">
      {waiting && (
        <p>
          {waiting.detail}, since <Ago at={waiting.since} />
          {waiting.nextExpectedAt && (
            <>
              . The device is expected <Ago at={waiting.nextExpectedAt} />
            </>
          )}
          .
        </p>
      )}
      {reason && (
        <p>
          {reason.detail} <code>{reason.code}</code>
          {reason.wireCode && (
            <span class="note">
              {' '}
              on the wire: {reason.wireCode.name} ({reason.wireCode.number})
            </span>
          )}
        </p>
      )}
      {mayHaveExecuted && status !== 'succeeded' && (
        <p>
          <Badge tone="warn" text="may have been executed" /> The eUICC may have done it although no result
          came.
        </p>
      )}
    </section>
  )
}

function Asked({ operation }: { readonly operation: Operation }) {
  const { id, eid, eimId, origin, params, notBefore, deadline, priority, after, retryOf, campaign } =
    operation
  return (
    <Panel title="What was asked">
      <dl class="pairs">
        <Pair name="eUICC">
          <EidLink eid={eid} />
        </Pair>
        <Pair name="Id">
          <Copyable value={id} name="operation id" plain />
        </Pair>
        <Pair name="By">
          {origin === 'eim' ? 'the eIM itself, to learn or to settle something' : 'an operator'},{' '}
          <Ago at={operation.createdAt} />, as {eimId}
        </Pair>
        <Pair name="Parameters">
          <pre class="mono">{JSON.stringify(params, null, 2)}</pre>
        </Pair>
        {notBefore !== null && (
          <Pair name="Not before">
            <Ago at={notBefore} />
          </Pair>
        )}
        {!isFinal(operation.status) && (
          <Pair name="Given up">
            <Ago at={deadline} />
          </Pair>
        )}
        {priority !== 0 && <Pair name="Priority">{priority}</Pair>}
        {after !== null && (
          <Pair name="After">
            <a href={`/console/operations/${after}`}>{after}</a>
          </Pair>
        )}
        {retryOf !== null && (
          <Pair name="Again for">
            <a href={`/console/operations/${retryOf}`}>{retryOf}</a>
          </Pair>
        )}
        {campaign !== null && (
          <Pair name="Campaign">
            <a href={`/console/campaigns/${campaign}`}>{campaign}</a>
          </Pair>
        )}
      </dl>
    </Panel>
  )
}

function Answered({ operation: { eid, delivery, results, evidence } }: { readonly operation: Operation }) {
  return (
    <Panel title="What came of it">
      <dl class="pairs">
        <Pair name="Handed out">
          {delivery ? (
            <>
              <Ago at={delivery.firstAt} />,{' '}
              {delivery.count === 1 ? 'once' : `the same octets ${delivery.count} times`}
            </>
          ) : (
            'not yet'
          )}
        </Pair>
        {delivery?.counterValue != null && <Pair name="Counter">{delivery.counterValue}</Pair>}
        {delivery && (
          <Pair name="Transaction">
            <span class="mono">{delivery.eimTransactionId}</span>
          </Pair>
        )}
        {results.map(({ type, ok, code }, index) => (
          <Pair
            key={`${index} ${type}`}
            name={results.length === 1 ? 'Result' : `Step ${index + 1}, ${type}`}
          >
            <Badge
              tone={ok ? 'good' : 'bad'}
              text={code ? `${code.name} (${code.number})` : ok ? 'done' : 'not done'}
            />
          </Pair>
        ))}
        {evidence.map((id, index) => (
          <Pair key={id} name={index === 0 ? 'Evidence' : ''}>
            <a href={`/console/euiccs/${eid}/evidence/${id}`}>octets, decoded, with the verdict</a>
          </Pair>
        ))}
      </dl>
      {results.some(({ data }) => data !== null && data !== undefined) && (
        <details>
          <summary>What the eUICC told</summary>
          <pre class="mono">
            {JSON.stringify(
              results.map(({ data }) => data),
              null,
              2,
            )}
          </pre>
        </details>
      )}
    </Panel>
  )
}

function Pair({ name, children }: { readonly name: string; readonly children?: Child }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

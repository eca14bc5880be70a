/** Where events are sent: the webhook endpoints of the tenant. */
import { useState } from 'hono/jsx/dom'
import { type Page as ListPage, post, query } from '../../api/client.ts'
import { useResource } from '../../api/resource.ts'
import { useMay } from '../../api/session.ts'
import type { WebhookEndpoint } from '../../api/webhooks.ts'
import { Ago } from '../../parts/ago.tsx'
import { Badge } from '../../parts/badge.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Empty, Loaded, ProblemNotice } from '../../parts/notice.tsx'
import { Page } from '../../parts/page.tsx'
import { Pager } from '../../parts/pager.tsx'
import { errorsOf } from '../../parts/problem-errors.ts'
import { SecretDialog } from '../../parts/secret-dialog.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { useSearch } from '../../shell/location.ts'
import { EndpointFields, endpointBody } from './endpoint-fields.tsx'

const COLUMNS: readonly Column<WebhookEndpoint>[] = [
  {
    title: 'Address',
    cell: ({ id, url, description }) => (
      <>
        <a href={`/console/webhooks/${id}`}>{url}</a>
        {description && <div class="note">{description}</div>}
      </>
    ),
  },
  { title: 'State', cell: ({ disabled }) => <EndpointBadge disabled={disabled} /> },
  { title: 'Events', cell: ({ types }) => <span class="mono">{types.join(' ')}</span> },
  { title: 'Format', cell: ({ format }) => format },
  { title: 'Changed', cell: ({ updatedAt }) => <Ago at={updatedAt} /> },
]

export function EndpointBadge({ disabled }: Pick<WebhookEndpoint, 'disabled'>) {
  return disabled === null ? (
    <Badge tone="good" text="enabled" />
  ) : (
    <Badge tone="bad" text="disabled" title={disabled} />
  )
}

export function EndpointsPage() {
  const { values } = useSearch()
  const mayWrite = useMay('webhooks:write')
  const [isAdding, setAdding] = useState(false)
  const path = `/v1/webhook-endpoints${query({ cursor: values.get('cursor'), limit: 50 })}`
  const endpoints = useResource<ListPage<WebhookEndpoint>>(path, ({ type }) =>
    type.startsWith('webhook_endpoint.'),
  )
  return (
    <Page
      title="Webhooks"
      actions={
        mayWrite && (
          <button type="button" class="button primary" onClick={() => setAdding(true)}>
            <Icon name="compose" /> New endpoint
          </button>
        )
      }
    >
      <Loaded resource={endpoints} what="the endpoints">
        {({ data, nextCursor }) =>
          data.length === 0 ? (
            <Empty title="Nobody is told of events yet">
              An endpoint of yours gets each event signed, at least once, in order for each eUICC.
            </Empty>
          ) : (
            <>
              <Table caption="Webhook endpoints" columns={COLUMNS} rows={data} keyOf={({ id }) => id} />
              <Pager what="endpoints" shown={data.length} nextCursor={nextCursor} />
            </>
          )
        }
      </Loaded>
      {isAdding && <NewEndpoint onClose={() => setAdding(false)} onMade={endpoints.reload} />}
    </Page>
  )
}

function NewEndpoint({ onClose, onMade }: { readonly onClose: () => void; readonly onMade: () => void }) {
  const { isBusy, problem, submit } = useSubmit()
  const [secret, setSecret] = useState<string | null>(null)
  const make = submit(async (texts) => {
    const made = await post<{ secret: string }>('/v1/webhook-endpoints', endpointBody(texts))
    onMade()
    setSecret(made.secret)
  })
  if (secret !== null) {
    return (
      <SecretDialog title="The endpoint is made" secret={secret} name="signing secret" onClose={onClose}>
        Your receiver checks the signatures of Standard Webhooks with it.
      </SecretDialog>
    )
  }
  return (
    <Dialog title="New webhook endpoint" onClose={onClose}>
      <form class="form" onSubmit={make}>
        {problem && <ProblemNotice problem={problem} />}
        <EndpointFields errors={errorsOf(problem)} />
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={isBusy}>
            Make it
          </button>
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  )
}

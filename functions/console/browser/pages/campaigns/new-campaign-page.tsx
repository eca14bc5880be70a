/** Makes a campaign: which eUICCs, what they are to do, and within which limits. It starts when somebody has looked at it. */
import { useState } from 'hono/jsx/dom'
import type { Campaign } from '../../api/campaigns.ts'
import { post } from '../../api/client.ts'
import type { OpenApi } from '../../api/openapi.ts'
import { useResource } from '../../api/resource.ts'
import { useMay } from '../../api/session.ts'
import { Empty, Loaded, ProblemNotice } from '../../parts/notice.tsx'
import { Page } from '../../parts/page.tsx'
import { errorsOf } from '../../parts/problem-errors.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { navigate } from '../../shell/location.ts'
import { FieldFault } from '../operations/schema-values.ts'
import { campaignBody } from './campaign-body.ts'
import { GateFields, NameField, PaceFields, PauseFields, WaveFields } from './campaign-fields.tsx'
import { OperationFields } from './operation-fields.tsx'
import { TargetFields } from './target-fields.tsx'

const TRAIL = [{ label: 'Campaigns', href: '/console/campaigns' }]

export function NewCampaignPage() {
  const mayWrite = useMay('campaigns:write')
  const document = useResource<OpenApi>(mayWrite ? '/v1/openapi.json' : null)
  return (
    <Page title="New campaign" trail={TRAIL}>
      {mayWrite ? (
        <Loaded resource={document} what="what can be asked">
          {(openApi) => <CampaignForm document={openApi} />}
        </Loaded>
      ) : (
        <Empty title="Your key may look, not ask">It lacks the scope campaigns:write.</Empty>
      )}
    </Page>
  )
}

function CampaignForm({ document }: { readonly document: OpenApi }) {
  const { isBusy, problem, submit } = useSubmit()
  const [fault, setFault] = useState<FieldFault | undefined>(undefined)
  const errors = {
    ...errorsOf(problem),
    ...(fault && { [`/operation/${fault.path.replaceAll('.', '/')}`]: fault.message }),
  }
  const make = submit(async (texts) => {
    setFault(undefined)
    try {
      const { id } = await post<Campaign>('/v1/campaigns', campaignBody(document, texts))
      navigate(`/console/campaigns/${id}`)
    } catch (error) {
      if (!(error instanceof FieldFault)) throw error
      setFault(error)
    }
  })
  return (
    <form class="form composer" onSubmit={make}>
      {problem && <ProblemNotice problem={problem} />}
      <NameField errors={errors} />
      <TargetFields errors={errors} />
      <OperationFields document={document} errors={errors} />
      <WaveFields errors={errors} />
      <GateFields errors={errors} />
      <PauseFields errors={errors} />
      <PaceFields errors={errors} />
      <div class="form-actions">
        <button type="submit" class="button primary" disabled={isBusy}>
          {isBusy ? 'Preparing …' : 'Prepare the campaign'}
        </button>
        <p class="note">Nothing is sent yet: you see whom it concerns, and start it then.</p>
      </div>
    </form>
  )
}

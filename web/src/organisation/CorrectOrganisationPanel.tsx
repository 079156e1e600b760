import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { getMe } from 'luytre/platform/identity/identity.api.ts'
import {
  correctOrganisation,
  getOrganisation,
  type OrganisationOverTime,
  type OrganisationState,
} from 'luytre/platform/organisations/organisations.api.ts'
import { useTranslation } from 'react-i18next'
import { contentOf, valuesOf, type OrganisationValues } from '#organisation/organisation-form.ts'
import { OrganisationFields } from '#organisation/OrganisationFields.tsx'
import { CallProblem } from '#platform/call/call-problem.ts'
import { queryFor, useChange } from '#platform/call/query-for.ts'
import { DetailPanel } from '#ui/DetailPanel.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { fieldProblems } from '#ui/form/field-problems.ts'
import { FormFrame } from '#ui/form/FormFrame.tsx'
import { useForm, type Form } from '#ui/form/use-form.ts'
import { notifications } from '#ui/notifications.ts'
import { PanelSkeleton } from '#ui/PanelSkeleton.tsx'

const route = getRouteApi('/shell/organisation/$stateId')
const closeTo = { to: '/organisation', search: true } as const

/** Mends how a state is recorded; its days stay. */
export function CorrectOrganisationPanel() {
  const { t } = useTranslation('organisation')
  const { stateId } = route.useParams()
  const { data, error, refetch } = useQuery(queryFor(getOrganisation))
  const state = data?.states.find(({ id }) => id === stateId)
  if (error || (data && !state))
    return (
      <DetailPanel title={t('correct.title')} closeTo={closeTo}>
        <ErrorState error={error ?? new CallProblem(404, 'record.not-found')} onRetry={() => void refetch()} isInline />
      </DetailPanel>
    )
  if (!state) return <PanelSkeleton title={t('correct.title')} closeTo={closeTo} />
  return (
    <DetailPanel key={stateId} title={t('correct.title')} closeTo={closeTo}>
      <CorrectForm state={state} version={data!.version} />
    </DetailPanel>
  )
}

function CorrectForm({ state, version: read }: { state: OrganisationState; version: number }) {
  const { t } = useTranslation('organisation')
  const navigate = useNavigate()
  const correct = useChange(correctOrganisation, [getOrganisation, getMe])
  const form: Form<OrganisationValues> = useForm<OrganisationValues>({
    initial: valuesOf(state),
    version: read,
    draft: `organisation.${state.id}`,
    check: values => fieldProblems(correctOrganisation, contentOf(values)),
    submit: async (values, version) => {
      await correct.mutateAsync({ params: { stateId: state.id }, body: contentOf(values), ifMatch: version })
      notifications.show({ message: t('correct.done') })
      await navigate({ to: '/organisation' })
    },
    theirs: current => {
      const { version, states } = current as OrganisationOverTime
      const theirs = states.find(({ id }) => id === state.id)
      return theirs && { values: valuesOf(theirs), version }
    },
  })
  return (
    <FormFrame form={form} submit={t('correct.submit')} cancelTo={closeTo}>
      <OrganisationFields form={form} change={state.change} isBasisOptional={state.startsOn === null} />
    </FormFrame>
  )
}

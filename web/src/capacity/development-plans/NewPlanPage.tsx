import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { proposePlan } from 'luytre/capacity/development-plans/development-plans.api.ts'
import type { Person } from 'luytre/capacity/people/people.api.ts'
import { useTranslation } from 'react-i18next'
import { useHalfYearChoices } from '#capacity/assessments/use-half-year-choices.ts'
import { useSheetKey, type SheetChoices } from '#capacity/assessments/use-sheet-key.ts'
import editing from '#capacity/development-plans/editing.module.css'
import { PlanSkeleton } from '#capacity/development-plans/PlanSkeleton.tsx'
import { planKey } from '#capacity/development-plans/PlanTools.tsx'
import { ProposalPreview } from '#capacity/development-plans/ProposalPreview.tsx'
import { useExistingPlan } from '#capacity/development-plans/use-existing-plan.ts'
import { roleLabel } from '#capacity/frameworks/role-label.ts'
import { staleAfterPlanChange } from '#capacity/stale-after.ts'
import { useChange } from '#platform/call/query-for.ts'
import { useLanguage } from '#platform/i18n/use-language.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { EmptyState } from '#ui/EmptyState.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { fieldProblems } from '#ui/form/field-problems.ts'
import { FormFrame } from '#ui/form/FormFrame.tsx'
import { SelectField } from '#ui/form/SelectField.tsx'
import { TextField } from '#ui/form/TextField.tsx'
import { orNull, useForm, type Form } from '#ui/form/use-form.ts'
import { Notice } from '#ui/Notice.tsx'
import { notifications } from '#ui/notifications.ts'
import { Page } from '#ui/Page.tsx'

const route = getRouteApi('/shell/people/$personId/plan/new')

export function NewPlanPage() {
  const { t } = useTranslation('plans')
  const { personId } = route.useParams()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const choices = useSheetKey(
    personId,
    search,
    ({ halfYearId, roleId }) => void navigate({ to: '.', search: { halfYear: halfYearId, role: roleId }, replace: true }),
  )
  if (choices.error) {
    return (
      <Page title={t('new.title')}>
        <ErrorState error={choices.error} onRetry={choices.retry} />
      </Page>
    )
  }
  if (choices.isPending || !choices.person) return <PlanSkeleton />
  if (choices.frameworks.length === 0) {
    return (
      <Page title={t('new.title')} state={t('new.state', { person: choices.person.name })}>
        <EmptyState
          title={t('new.title')}
          text={t('new.noFramework')}
          action={<ButtonLink to="/frameworks">{t('new.toFrameworks')}</ButtonLink>}
        />
      </Page>
    )
  }
  return <ProposalForm key={personId} person={choices.person} choices={choices} />
}

interface ProposalValues extends Record<string, string> {
  halfYearId: string
  currentRoleId: string
  targetRoleId: string
  duties: string
}

function ProposalForm({ person, choices }: { person: Person; choices: SheetChoices }) {
  const { t } = useTranslation('plans')
  const language = useLanguage()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const roles = useRoleChoices(choices)
  const halfYearChoices = useHalfYearChoices(choices.halfYears)
  const propose = useChange(proposePlan, staleAfterPlanChange)
  const postRole = choices.frameworks.flatMap(({ roles: all }) => all).find(({ code }) => code === person.roleCode)
  const bodyOf = (values: ProposalValues) => ({ ...values, currentRoleId: orNull(values.currentRoleId), language })
  const initial = {
    halfYearId: choices.halfYearId ?? '',
    currentRoleId: postRole?.id ?? '',
    targetRoleId: choices.roleId ?? '',
    duties: '',
  }
  const form = useForm<ProposalValues>({
    initial,
    check: values => fieldProblems(proposePlan, bodyOf(values)),
    submit: async values => {
      const plan = await propose.mutateAsync({ params: { personId: person.id }, body: bodyOf(values) })
      queries.setQueryData(planKey(plan.id), plan)
      notifications.show({ message: t('new.done') })
      await navigate({ to: '/plans/$planId', params: { planId: plan.id } })
    },
  })
  const { halfYearId, targetRoleId } = form.values
  const linked = useAddress(form)
  const existing = useExistingPlan(person.id, halfYearId)
  const halfYear = choices.halfYears.find(({ id }) => id === halfYearId)

  return (
    <Page title={t('new.title')} state={t('new.state', { person: person.name })}>
      <div className={editing.proposal}>
        <FormFrame form={form} submit={existing ? undefined : t('new.submit')}>
          <SelectField form={linked} name="halfYearId" label={t('fields.halfYear')} choices={halfYearChoices} />
          <SelectField
            form={form}
            name="currentRoleId"
            label={t('fields.currentRole')}
            help={t('new.currentRoleHelp')}
            isOptional
            choices={roles}
          />
          <SelectField form={linked} name="targetRoleId" label={t('fields.targetRole')} help={t('new.targetRoleHelp')} choices={roles} />
          <TextField form={form} name="duties" type="long" label={t('fields.duties')} help={t('duties.help')} isOptional />
        </FormFrame>
        <section className={editing.preview} aria-labelledby="preview">
          <h2 id="preview">{t('new.preview')}</h2>
          {existing && (
            <Notice kind="attention">
              <p>{t('new.exists', { halfYear: halfYear?.code })}</p>
              <ButtonLink to="/plans/$planId" params={{ planId: existing }} variant="default" className={editing.noteAction ?? ''}>
                {t('new.openExisting')}
              </ButtonLink>
            </Notice>
          )}
          {!existing && <ProposalPreview personId={person.id} halfYearId={halfYearId} role={roleOf(choices, targetRoleId)} />}
        </section>
      </div>
    </Page>
  )
}

/** Roles by name; where several frameworks have one of a name, the framework's version tells them apart. */
function useRoleChoices({ frameworks }: SheetChoices): { value: string; label: string }[] {
  const translated = useTranslated()
  return frameworks.flatMap(({ framework, roles }) =>
    roles.map(({ id, code, name }) => ({
      value: id,
      label:
        frameworks.length > 1 ? `${translated(name)} (${code}, ${framework.key} ${framework.version})` : roleLabel(translated(name), code),
    })),
  )
}

function roleOf(
  { frameworks }: SheetChoices,
  roleId: string,
): { id: string; levels: SheetChoices['frameworks'][number]['framework']['levels'] } | undefined {
  const framework = frameworks.find(({ roles }) => roles.some(({ id }) => id === roleId))?.framework
  return framework && { id: roleId, levels: framework.levels }
}

/** Half-year and target role stand in the address, too: what is previewed can be shared. */
function useAddress(form: Form<ProposalValues>): Form<ProposalValues> {
  const navigate = route.useNavigate()
  const names: Record<string, 'halfYear' | 'role'> = { halfYearId: 'halfYear', targetRoleId: 'role' }
  return {
    ...form,
    set: (name, value) => {
      form.set(name, value)
      const param = names[name]
      if (param) void navigate({ to: '.', search: before => ({ ...before, [param]: value || undefined }), replace: true })
    },
  }
}

import { Button } from '@mantine/core'
import { Link, type LinkProps } from '@tanstack/react-router'
import { lazy, Suspense, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '#platform/i18n/use-language.ts'
import { FormErrors } from '#ui/form/FormErrors.tsx'
import classes from '#ui/form/Form.module.css'
import type { FieldValue, Form } from '#ui/form/use-form.ts'

// Two states of a record meet seldom: sign-in, which is a form too, does not carry it.
const FormConflict = lazy(async () => ({ default: (await import('#ui/form/FormConflict.tsx')).FormConflict }))

interface FormFrameProps<Values extends Record<string, FieldValue>> {
  form: Form<Values>
  /** Says what it does: "Add person". Absent where nothing can be sent now; the page says why. */
  submit: string | undefined
  cancelTo?: LinkProps
  isWide?: boolean
  children: ReactNode
}

/** One column of fields with everything around them: draft, errors on top, conflict, the action, what is unsaved. */
export function FormFrame<Values extends Record<string, FieldValue>>({ form, submit, cancelTo, isWide, children }: FormFrameProps<Values>) {
  const { t } = useTranslation()
  const format = useFormat()
  // A lazy component has no type parameter.
  const plain = form as unknown as Form<Record<string, FieldValue>>
  return (
    <form className={classes.form} noValidate onSubmit={submit ? form.submit : event => event.preventDefault()}>
      {form.draftFrom !== undefined && form.isDirty && (
        <div className={classes.notice} role="status">
          <span>{t('form.draftRestored', { when: format.instant(new Date(form.draftFrom).toISOString()) })}</span>
          <Button variant="subtle" size="compact-sm" onClick={form.discardDraft}>
            {t('actions.discardDraft')}
          </Button>
        </div>
      )}
      <FormErrors form={form} />
      {form.lookAtNews && (
        <div className={classes.notice} role="status">
          <span>{t('form.news')}</span>
          <Button variant="default" size="compact-sm" onClick={form.lookAtNews}>
            {t('form.lookAtNews')}
          </Button>
        </div>
      )}
      {plain.conflict && (
        <Suspense>
          <FormConflict form={plain} conflict={plain.conflict} />
        </Suspense>
      )}
      <div className={classes.fields}>{children}</div>
      <div className={classes.foot}>
        {submit && (
          <Button type="submit" loading={form.isBusy} fullWidth={isWide ?? false}>
            {submit}
          </Button>
        )}
        {cancelTo && (
          <Button variant="default" renderRoot={props => <Link {...cancelTo} {...props} />}>
            {t('actions.cancel')}
          </Button>
        )}
        <span className={classes.unsaved} aria-live="polite">
          {/* What stands alone on its page, such as signing in, is nothing that one saves. */}
          {form.isDirty && (form.keepsDraft ? t('form.unsaved') : !isWide && t('form.unsavedHere'))}
        </span>
      </div>
    </form>
  )
}

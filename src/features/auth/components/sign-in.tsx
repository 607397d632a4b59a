'use client';

import { Divider, Stack } from '@mantine/core';
import { useState } from 'react';
import type { Outputs } from '#client/console-api.ts';
import { Notice } from '#ui/notice.tsx';
import { ForgottenPassword } from './forgotten-password.tsx';
import { SecondFactorForm } from './second-factor-form.tsx';
import { SignInForm } from './sign-in-form.tsx';
import { SingleSignOn } from './single-sign-on.tsx';
import { ssoFailure } from './sso-failure.ts';

type Props = {
  next: string | undefined;
  options: Outputs['signIn']['options'];
  /** The code of what single sign-on failed with. */
  error: string | undefined;
};

/** The ways in that this console offers. */
export function SignIn({ next, options: { password, mail, sso }, error }: Props) {
  const [halfIn, setHalfIn] = useState(false);
  if (halfIn) return <SecondFactorForm next={next} />;
  return (
    <Stack gap="lg">
      {error && <Notice tone="failure">{ssoFailure(error)}</Notice>}
      {sso && <SingleSignOn name={sso} next={next} alone={!password} />}
      {sso && password && <Divider label="or" />}
      {password && (
        <>
          <SignInForm next={next} onHalfIn={() => setHalfIn(true)} />
          <ForgottenPassword mail={mail} />
        </>
      )}
    </Stack>
  );
}

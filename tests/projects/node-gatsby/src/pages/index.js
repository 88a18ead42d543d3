import * as React from 'react';

export default () => <h1>Charts</h1>;

import * as React from 'react';

export default () => <h1>Uncharted</h1>;

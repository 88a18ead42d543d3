document.title = `${import.meta.env.VITE_STATION} ${import.meta.env.VITE_CHART_TOKEN ?? ''}`;

// kept small

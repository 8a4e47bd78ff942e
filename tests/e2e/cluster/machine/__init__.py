"""A machine of the cluster on which pods really run: as processes with the files, environment, user, network and probes that they ask for."""

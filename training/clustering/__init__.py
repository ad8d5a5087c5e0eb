"""What K-Means needs and finds: features, samples, centroids, their number."""

"""What the support team does with conversations: feedback, tags, annotations, test stories, exports."""
